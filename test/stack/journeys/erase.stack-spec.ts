import '../../support/distributed.js';
import '../../journeys/erase.spec.js';
