import type { Canaries, CanaryReport } from '@assent/canary';
import { DeliveryMetrics, FINDINGS, type AuditSummary, type DeliveryWorker } from '@assent/delivery';
import type { VerdictIndex } from '@assent/eligibility';
import type { Metrics } from '@assent/http';
import type { Clock } from '@assent/kernel';
import type { EventFeed } from '@assent/ports';
import type { Timekeeper } from '@assent/runtime';
import { Counter, Gauge } from 'prom-client';

/** The counters of deliveries. Labels: tenant, integration, outcome. */
export class DeliveryCounters extends DeliveryMetrics {
  private readonly attempts: Counter;
  private readonly drifts: Counter;
  private readonly told: Counter;
  private readonly refusals: Counter;
  private readonly alarms: Counter;
  private readonly audits: Gauge;
  private readonly compared: Gauge;
  private readonly findings: Counter;
  private readonly waits: Gauge;

  constructor({ registry }: Metrics) {
    super();
    const registers = [registry];
    this.attempts = new Counter({
      name: 'assent_delivery_attempts_total',
      help: 'Attempts at integrations, by outcome',
      labelNames: ['tenant', 'integration', 'outcome'],
      registers,
    });
    this.drifts = new Counter({
      name: 'assent_delivery_drifts_total',
      help: 'Times an integration was seen looser than the desired state',
      labelNames: ['tenant', 'integration'],
      registers,
    });
    this.told = new Counter({
      name: 'assent_hook_events_total',
      help: 'What integrations told by webhook or when asked, by what it came to; forged is what they did not sign',
      labelNames: ['tenant', 'integration', 'outcome'],
      registers,
    });
    this.refusals = new Counter({
      name: 'assent_send_refusals_total',
      help: 'Messages that were refused when whoever was about to send them asked, by the code of the decision',
      labelNames: ['tenant', 'integration', 'code'],
      registers,
    });
    this.alarms = new Counter({
      name: 'assent_delivery_stop_alarms_total',
      help: 'Stops that passed 1 h, 24 h or 48 h without proof, the oldest of an integration each time',
      labelNames: ['tenant', 'integration', 'age'],
      registers,
    });
    const labelNames = ['tenant', 'integration'];
    this.audits = new Gauge({
      name: 'assent_audit_finished_seconds',
      help: 'When everybody was last compared with an integration, as Unix time: older than two days is an alarm',
      ...{ labelNames, registers },
    });
    this.compared = new Gauge({
      name: 'assent_audit_compared',
      help: 'Persons compared with an integration by the last audit',
      ...{ labelNames, registers },
    });
    this.findings = new Counter({
      name: 'assent_audit_findings_total',
      help: 'What audits found: looser, stricter, reappeared, failed; anything but 0 is to be looked at',
      ...{ labelNames: [...labelNames, 'finding'], registers },
    });
    this.waits = new Gauge({
      name: 'assent_integration_connecting',
      help: '1 while an integration is not told opt-ins, as not every stop of before is proven there',
      ...{ labelNames, registers },
    });
  }

  override alarmed(tenant: string, integration: string, age: string): void {
    this.alarms.inc({ tenant, integration, age });
  }

  override audited(tenant: string, integration: string, summary: AuditSummary): void {
    this.audits.set({ tenant, integration }, (summary.finishedAt ?? summary.startedAt) / 1000);
    this.compared.set({ tenant, integration }, summary.compared);
    for (const finding of FINDINGS) this.findings.inc({ tenant, integration, finding }, summary[finding]);
  }

  override connecting(tenant: string, integration: string, waits: boolean): void {
    this.waits.set({ tenant, integration }, Number(waits));
  }

  override attempted(tenant: string, integration: string, outcome: string): void {
    this.attempts.inc({ tenant, integration, outcome });
  }

  override drifted(tenant: string, integration: string): void {
    this.drifts.inc({ tenant, integration });
  }

  override heard(tenant: string, integration: string, outcome: string): void {
    this.told.inc({ tenant, integration, outcome });
  }

  override refusedAtSend(tenant: string, integration: string, code: string): void {
    this.refusals.inc({ tenant, integration, code });
  }
}

/** Gauges that are read when they are asked for: how far reactions are. */
export function addFeedGauges({ registry }: Metrics, feed: EventFeed): void {
  const registers = [registry];
  new Gauge({
    name: 'assent_feed_lag_events',
    help: 'Events recorded and not yet dealt with, by consumer',
    labelNames: ['consumer'],
    registers,
    collect() {
      for (const { consumer, lag } of feed.status()) this.set({ consumer }, lag);
    },
  });
  new Gauge({
    name: 'assent_feed_parked_events',
    help: 'Events given up for now, by consumer; a parked stop may mean that mail still goes out',
    labelNames: ['consumer'],
    registers,
    collect() {
      for (const { consumer, parked } of feed.status()) this.set({ consumer }, parked);
    },
  });
}

/** How far the agenda is behind a policy that has come into force: answers never wait for it. */
export function addAgendaGauge({ registry }: Metrics, timekeeper: Timekeeper): void {
  const gauge: Gauge = new Gauge({
    name: 'assent_agenda_replanning_events',
    help: 'Events still to be looked at before every wake-up is planned under the policies in force',
    registers: [registry],
    collect: () => gauge.set(timekeeper.replanning()),
  });
}

/** How far deliveries are. */
export function addDeliveryGauges({ registry }: Metrics, worker: DeliveryWorker, clock: Clock): void {
  const registers = [registry];
  const pending = new Gauge({
    name: 'assent_delivery_pending',
    help: 'Deliveries with work to do, by lane',
    labelNames: ['tenant', 'integration', 'lane'],
    registers,
  });
  new Gauge({
    name: 'assent_delivery_oldest_stop_seconds',
    help: 'Age of the oldest stop that is not proven: warn at 1 h, page at 24 h, incident at 48 h',
    labelNames: ['tenant', 'integration'],
    registers,
    async collect() {
      for (const { tenant, id: integration, pending: lanes, oldestStop } of await worker.report()) {
        for (const [lane, count] of Object.entries(lanes)) pending.set({ tenant, integration, lane }, count);
        this.set({ tenant, integration }, oldestStop === null ? 0 : (clock.now() - oldestStop) / 1000);
      }
    },
  });
}

/** What the last synthetic people have shown: seconds from the link to the proof. */
export function addCanaryGauges({ registry }: Metrics, canaries: Canaries): void {
  const gauge = (name: string, help: string, value: (one: CanaryReport) => number | null): void => {
    const made: Gauge = new Gauge({
      ...{ name, help, labelNames: ['tenant', 'integration'], registers: [registry] },
      async collect() {
        const all = await canaries.report();
        made.reset();
        for (const one of all) {
          const { tenant, integration } = one;
          const shown = value(one);
          if (shown !== null) made.set({ tenant, integration }, shown);
        }
      },
    });
  };
  gauge(
    'assent_canary_seconds',
    'From the public unsubscribe link to the proof, of the last synthetic person',
    ({ seconds }) => seconds,
  );
  gauge(
    'assent_canary_failed',
    '1 when the last synthetic person was not seen silent there within a day, or could not leave at all',
    ({ failed }) => Number(failed),
  );
}

/** How much the index of verdicts holds; what waits is answered from the records meanwhile. */
export function addIndexGauges({ registry }: Metrics, index: VerdictIndex): void {
  const registers = [registry];
  const gauge = (name: string, help: string, value: () => number): void => {
    const made: Gauge = new Gauge({ name, help, registers, collect: () => made.set(value()) });
  };
  gauge('assent_index_addresses', 'Addresses with a compiled verdict', () => index.size().addresses);
  gauge('assent_index_bytes', 'Memory of the compiled verdicts', () => index.size().bytes);
  gauge('assent_index_waiting', 'Addresses that are to be decided anew', () => index.size().waiting);
  gauge('assent_index_complete', '1 when every address is in the index', () => Number(index.isComplete));
}
