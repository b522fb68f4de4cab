import '../../support/distributed.js';
import '../../journeys/sign-up-form.spec.js';
