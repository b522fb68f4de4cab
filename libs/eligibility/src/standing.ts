import type { ConsentState, OppositionState, SubjectState } from '@assent/contract';
import type { Prospect } from '@assent/prospect';

/** Everything known about one person, or about an address of nobody: the input of every decision. */
export interface Standing {
  /** Null: nobody is registered under the reference. */
  readonly subject: SubjectState | null;
  readonly consent: ConsentState;
  /** The opposition list of every key the person has or had; undone entries are taken out. */
  readonly oppositions: readonly OppositionState[];
  /** Event ids of objections that were taken back: what they ended counts again. */
  readonly undone: readonly string[];
  readonly prospect: Prospect;
  /** Sum of the versions of the streams. */
  readonly revision: number;
}
