import '../../support/distributed.js';
import '../../journeys/erase-faults.spec.js';
