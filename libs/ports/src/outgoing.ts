export interface OutgoingRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is; the caller names its content type. */
  readonly body?: string;
  /** Whole request, milliseconds; 15 s unless told. */
  readonly timeoutMs?: number;
}

export interface OutgoingResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** At most 1 MiB; what is longer is cut. */
  readonly body: string;
}

/** The call did not get an answer. `reason` is for operators and holds no address and no secret. */
export class OutgoingFailure extends Error {
  constructor(
    /** `private-address`, `invalid-url`, `invalid-request`: refused by us before a byte was sent. */
    readonly kind: 'timeout' | 'unreachable' | 'private-address' | 'invalid-url' | 'invalid-request',
    reason: string,
  ) {
    super(reason);
    this.name = 'OutgoingFailure';
  }
}

/**
 * The only way out. Refuses private, loopback, link-local and metadata addresses at connect time, on the resolved
 * address; follows no redirect; caps the answer; keeps at most a few connections per host. Writes no log.
 */
export abstract class Outgoing {
  /** Answers for every status; rejects with `OutgoingFailure` when there was none. */
  abstract send(request: OutgoingRequest): Promise<OutgoingResponse>;
}
