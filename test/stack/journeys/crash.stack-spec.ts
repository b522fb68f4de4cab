import '../../support/distributed.js';
import '../../journeys/crash.spec.js';
