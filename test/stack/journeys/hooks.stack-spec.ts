import '../../support/distributed.js';
import '../../journeys/hooks.spec.js';
