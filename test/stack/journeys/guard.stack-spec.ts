import '../../support/distributed.js';
import '../../journeys/guard.spec.js';
