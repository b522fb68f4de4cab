import '../../support/distributed.js';
import '../../journeys/privacy.spec.js';
