import '../../support/distributed.js';
import '../../journeys/prospect.spec.js';
