import { Outgoing, OutgoingFailure, type OutgoingRequest, type OutgoingResponse } from '@assent/ports';

/** A way out for specifications: the platform's fetch, to the stand-in on this machine. */
export class FetchOutgoing extends Outgoing {
  constructor(private readonly limitMs = 2_000) {
    super();
  }

  override async send({
    method,
    url,
    headers,
    body,
    timeoutMs = this.limitMs,
  }: OutgoingRequest): Promise<OutgoingResponse> {
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      ...(headers && { headers }),
      ...(body !== undefined && { body }),
    }).catch((error: unknown) => {
      const kind = error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'unreachable';
      throw new OutgoingFailure(kind, 'no answer');
    });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    };
  }
}
