import '../../support/distributed.js';
import '../../journeys/integrations.spec.js';
