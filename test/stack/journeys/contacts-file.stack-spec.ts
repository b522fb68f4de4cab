import '../../support/distributed.js';
import '../../journeys/contacts-file.spec.js';
