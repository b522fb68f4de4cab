import '../../support/distributed.js';
import '../../journeys/backfill.spec.js';
