import '../../support/distributed.js';
import '../../journeys/objection.spec.js';
