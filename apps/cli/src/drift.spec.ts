import { Outgoing, type OutgoingRequest, type OutgoingResponse } from '@assent/ports';
import { apiKeyOf, compare } from './drift.js';

const AUDIT = {
  ...{ id: 'audit_1', startedAt: '2026-05-04T02:00:00.000Z', complete: true, listed: 40, total: 4 },
  ...{ looser: 1, stricter: 0, reappeared: 0, failed: 0, earlier: [], items: [], next: null },
};
const finding = (addressKey: string | null) => ({
  ...{ addressKey, kind: 'looser', observed: 'subscribed\u001b[31m', cause: 'import' },
  at: '2026-05-04T02:00:03.000Z',
});

/** Answers the pages in turn; notes what it is asked. */
class Product extends Outgoing {
  readonly asked: string[] = [];
  readonly keys = new Set<string | undefined>();
  constructor(
    private readonly pages: object[],
    private readonly status = 200,
  ) {
    super();
  }
  override send({ method, url, headers }: OutgoingRequest): Promise<OutgoingResponse> {
    this.asked.push(`${method} ${url}`);
    this.keys.add(headers?.['authorization']);
    const page = method === 'POST' ? AUDIT : (this.pages.shift() ?? {});
    return Promise.resolve({ status: this.status, headers: {}, body: JSON.stringify(page) });
  }
}
const progress = () => {
  const told: string[] = [];
  return {
    told,
    begin: (what: string, total: number) => void told.push(`${what} of ${total}`),
    add: (count: number) => void told.push(`+${count}`),
    end: () => void told.push('end'),
  };
};
const asking = (product: Product, bar = progress()) =>
  compare({ url: 'https://consent.example.org', key: 'k', outgoing: product }, 'mail/chimp', bar, () =>
    Promise.resolve(),
  );

describe('A comparison asked of the product', () => {
  it('is begun, watched to its end, and shown as a table of keys', async () => {
    const bar = progress();
    const product = new Product([
      { ...AUDIT, compared: 1, finishedAt: null },
      { ...AUDIT, compared: 3, finishedAt: null },
      { ...AUDIT, compared: 4, finishedAt: 'x', items: [finding('ab12')], next: 'ab12' },
      { ...AUDIT, items: [finding(null)] },
    ]);
    const { table, complete } = await asking(product, bar);
    expect(bar.told).toEqual(['compared of 4', '+1', '+2', '+1', 'end']);
    expect(complete).toBe(true);
    expect(table.split('\n')).toEqual([
      'address key    finding  seen             cause   what is done  at',
      '-------------  -------  ---------------  ------  ------------  ------------------------',
      'ab12           looser   subscribed?[31m  import  told again    2026-05-04T02:00:03.000Z',
      '(the listing)  looser   subscribed?[31m  import  told again    2026-05-04T02:00:03.000Z',
      '',
      '4 compared, 40 listed by the tool: 1 looser, 0 stricter, 0 reappeared, 0 not read',
    ]);
    const path = 'https://consent.example.org/v1/integrations/mail%2Fchimp/audit';
    expect(product.asked).toEqual([
      `POST ${path}`,
      ...Array.from({ length: 3 }, () => `GET ${path}?limit=500`),
      `GET ${path}?limit=500&cursor=ab12`,
    ]);
    expect([...product.keys]).toEqual(['Bearer k']);
  });

  it('says when the tool could not be read to its end', async () => {
    const page = { ...AUDIT, compared: 0, finishedAt: 'x', complete: false, failed: 1 };
    expect(await asking(new Product([page]))).toEqual({
      complete: false,
      table:
        '0 compared, 40 listed by the tool: 1 looser, 0 stricter, 0 reappeared, 1 not read; ' +
        'the tool could not be read to its end',
    });
  });

  it('that is refused fails with the reason', async () => {
    class Refusing extends Product {
      override send(request: OutgoingRequest): Promise<OutgoingResponse> {
        void super.send(request);
        const body = JSON.stringify({
          title: 'There is nothing here',
          detail: 'There is no such integration.',
        });
        return Promise.resolve({ status: 404, headers: {}, body });
      }
    }
    await expect(asking(new Refusing([]))).rejects.toThrow(
      'was answered 404: There is nothing here: There is no such integration.',
    );
  });
});

describe('The key to ask with', () => {
  const KEYS = 'assistool=a:eligibility, presentinfini=p:deliveries+history';
  it.each([
    [KEYS, 'presentinfini', 'p'],
    [KEYS, 'assistool', 'a'],
    ['presentinfini=p', undefined, 'p'],
  ])('of %s for %s is %s', (keys, tenant, key) => expect(apiKeyOf(keys, tenant)).toBe(key));

  it.each([
    [KEYS, undefined, 'names several tenants'],
    [KEYS, 'publisher', 'give an API key'],
    [undefined, undefined, 'give an API key'],
  ])('of %s for %s is not known', (keys, tenant, problem) =>
    expect(() => apiKeyOf(keys, tenant)).toThrow(problem),
  );
});
