import { RecipientsModule } from '@assent/delivery';
import { EligibilityModule } from '@assent/eligibility';
import { ImportsModule } from '@assent/imports';
import { PreferencesModule } from '@assent/preferences';
import { SubjectModule, SubjectWaker } from '@assent/subject';
import type { Service } from '@assent/profile';

/** People, their picture, erasures, imports, and the question whether somebody may be contacted. */
export const PREFERENCES: Service = {
  name: 'preferences',
  modules: () => [RecipientsModule, SubjectModule, EligibilityModule, PreferencesModule, ImportsModule],
  wakers: [SubjectWaker],
  indexes: true,
};
