import { createHash, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { NO_END, type Records } from '@assent/ports';
import { SCOPES, type ApiScope } from './caller.js';
import { ConfigFaults, type ApiKeySetting } from './config.js';

interface Stored {
  readonly tenant: string;
  readonly scopes: readonly ApiScope[];
}

/** Whom a key stands for. `id` may be shown and logged; the key itself is kept nowhere. */
export interface KeyHolder extends Stored {
  readonly id: string;
}

const STRONG_LENGTH = 16;
const digest = (key: string): Buffer => createHash('sha256').update(key).digest();

/** API keys as digests: those of the environment live as long as it names them, generated ones in the records. */
export class ApiKeys {
  private readonly holders = new Map<string, { digest: Buffer; holder: KeyHolder }>();
  /** Holders of keys so short that they can be guessed. */
  readonly weak: readonly KeyHolder[];

  private constructor(settings: readonly ApiKeySetting[]) {
    const given = settings.map(({ tenant, key, scopes }) => ({
      isWeak: key.length < STRONG_LENGTH,
      holder: this.add(digest(key), { tenant, scopes }),
    }));
    this.weak = given.filter(({ isWeak }) => isWeak).map(({ holder }) => holder);
  }

  /**
   * Loads the keys of the tenants, and makes one for each that has none: `made` is the only time they are seen in clear.
   * Where many processes start at once only the deploy step makes any: without `make`, a tenant without a key is a fault.
   * Throws `ConfigFaults` when a setting names a tenant that does not exist.
   */
  static async load(
    records: Records,
    settings: readonly ApiKeySetting[],
    tenants: readonly string[],
    now: number,
    make = true,
  ): Promise<{ keys: ApiKeys; made: { tenant: string; key: string }[] }> {
    // Not by its name: whoever forgets the tenant writes a key in its place.
    const strangers = settings.flatMap(({ tenant }, index) => (tenants.includes(tenant) ? [] : [index + 1]));
    if (strangers.length > 0) {
      const known = tenants.join(', ');
      throw new ConfigFaults(
        strangers.map((entry) => `ASSENT_API_KEYS, entry ${entry} names no tenant; there are ${known}`),
      );
    }
    const keys = new ApiKeys(settings);
    for (const { key, value } of await records.list<Stored>('api-key/', now)) {
      if (!tenants.includes(value.tenant)) continue; // its policy was taken away: nobody can use it
      keys.add(Buffer.from(key.slice('api-key/'.length), 'hex'), value);
    }
    const served = new Set([...keys.holders.values()].map(({ holder }) => holder.tenant));
    const lacking = tenants.filter((name) => !served.has(name));
    if (!make && lacking.length > 0) {
      throw new ConfigFaults([
        `no API key exists for ${lacking.join(', ')}: run \`assent prepare\`, which makes them, or name one in ASSENT_API_KEYS`,
      ]);
    }
    const made: { tenant: string; key: string }[] = [];
    for (const tenant of lacking) {
      const key = `assent_${randomBytes(32).toString('base64url')}`;
      const stored: Stored = { tenant, scopes: SCOPES };
      await records.put(`api-key/${digest(key).toString('hex')}`, stored, NO_END);
      keys.add(digest(key), stored);
      made.push({ tenant, key });
    }
    return { keys, made };
  }

  private add(hash: Buffer, stored: Stored): KeyHolder {
    const id = hash.toString('hex');
    const holder = { ...stored, id: id.slice(0, 8) };
    this.holders.set(id, { digest: hash, holder });
    return holder;
  }

  /** The digest finds the candidate, a comparison in constant time decides; an unknown key takes the same path. */
  holderOf(key: string): KeyHolder | undefined {
    const asked = hash('sha256', key, 'hex'); // answered as text, it costs a fifth
    const found = this.holders.get(asked);
    const same = timingSafeEqual(found?.digest ?? NOBODY, Buffer.from(asked, 'hex'));
    return same ? found?.holder : undefined;
  }
}

const NOBODY = Buffer.alloc(32);
