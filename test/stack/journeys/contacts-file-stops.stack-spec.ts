import '../../support/distributed.js';
import '../../journeys/contacts-file-stops.spec.js';
