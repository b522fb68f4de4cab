import { Attempt, type Reply, type Request } from '@assent/integration-kit';

const PAGE = 1000;

/** The calls of one attempt at one address, at an account without a list of all refusals. */
export class MailchimpAttempt extends Attempt {
  /** A write that an audience with required merge fields would refuse is repeated without checking them. */
  async write(request: Request): Promise<Reply> {
    const reply = await this.call(request);
    return reply.class === 'data' && reply.status === 400
      ? this.call({ ...request, query: { skip_merge_validation: 'true' } })
      : reply;
  }

  /** Every audience of the account, asked once; undefined when it could not be read, which then is the outcome. */
  allLists(): Promise<string[] | undefined> {
    return this.once('lists', () => this.readLists());
  }

  /**
   * A deleted audience answers the same 404 as a missing member: only the account can tell them apart, and with them
   * the right key from the wrong one (integrations.md §1.10).
   */
  async exists(list: string): Promise<boolean> {
    const lists = await this.allLists();
    if (lists?.includes(list) === false) this.count('config', `list ${list} does not exist`);
    return lists?.includes(list) === true;
  }

  private async readLists(): Promise<string[] | undefined> {
    const lists: string[] = [];
    for (;;) {
      const query = { fields: 'lists.id,total_items', count: String(PAGE), offset: String(lists.length) };
      const reply = await this.call({ method: 'GET', template: '/lists', query });
      const page: unknown = reply.body['lists'];
      if (reply.class !== 'done' || !Array.isArray(page)) {
        this.failed(reply.class === 'done' ? { ...reply, class: 'retry', detail: 'lists missing' } : reply);
        return undefined;
      }
      const ids = page.flatMap((entry: { id?: unknown } | null) =>
        typeof entry?.id === 'string' ? entry.id : [],
      );
      lists.push(...ids);
      const total = reply.body['total_items'];
      if (ids.length === 0 || (typeof total === 'number' ? lists.length >= total : ids.length < PAGE))
        return lists;
    }
  }
}
