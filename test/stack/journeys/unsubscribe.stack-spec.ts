import '../../support/distributed.js';
import '../../journeys/unsubscribe.spec.js';
