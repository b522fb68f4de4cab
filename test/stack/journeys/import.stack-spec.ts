import '../../support/distributed.js';
import '../../journeys/import.spec.js';
