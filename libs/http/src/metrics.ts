import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

/** One registry per application, never prom-client's global one. Labels are route patterns, never addresses or tokens. */
export class Metrics {
  readonly registry = new Registry();
  readonly requests = new Counter({
    name: 'assent_http_requests_total',
    help: 'HTTP requests answered, by route pattern',
    labelNames: ['method', 'route', 'status'],
    registers: [this.registry],
  });
  readonly seconds = new Histogram({
    name: 'assent_http_request_seconds',
    help: 'Time from request to answer, by route pattern',
    labelNames: ['method', 'route'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }
}
