import '../../support/distributed.js';
import '../../journeys/policy-change.spec.js';
