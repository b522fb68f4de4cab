/**
 * What stands behind a port cannot be reached, or cannot promise durability now. What was asked may be done or not,
 * and nothing is acknowledged: the same request may be repeated. Doors answer 503 with Retry-After.
 */
export class Unavailable extends Error {
  readonly statusCode = 503;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Unavailable';
  }
}
