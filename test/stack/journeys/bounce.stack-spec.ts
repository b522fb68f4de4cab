import '../../support/distributed.js';
import '../../journeys/bounce.spec.js';
