import '../../support/distributed.js';
import '../../journeys/canary.spec.js';
