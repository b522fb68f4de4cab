import '../../support/distributed.js';
import '../../journeys/preference-centre.spec.js';
