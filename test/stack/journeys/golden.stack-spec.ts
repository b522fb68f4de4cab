import '../../support/distributed.js';
import '../../journeys/golden.spec.js';
