import '../../support/distributed.js';
import '../../journeys/newsletter.spec.js';
