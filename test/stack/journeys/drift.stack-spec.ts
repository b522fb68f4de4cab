import '../../support/distributed.js';
import '../../journeys/drift.spec.js';
