import '../../support/distributed.js';
import '../../journeys/batch.spec.js';
