import '../../support/distributed.js';
import '../../journeys/import-command.spec.js';
