import '../../support/distributed.js';
import '../../journeys/message-links.spec.js';
