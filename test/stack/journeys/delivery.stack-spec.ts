import '../../support/distributed.js';
import '../../journeys/delivery.spec.js';
