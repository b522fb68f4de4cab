import '../../support/distributed.js';
import '../../journeys/frame.spec.js';
