import '../../support/distributed.js';
import '../../journeys/polling.spec.js';
