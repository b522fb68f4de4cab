import { randomUUID } from 'node:crypto';
import { VERDICT_TYPE, verdictKey, type AddressVerdict } from '@assent/contract';
import { VerdictTopic } from '@assent/ports';
import type { KafkaCluster } from './kafka-cluster.js';
import type { KafkaPublisher } from './kafka-publisher.js';

/** The compacted topic of verdicts: CloudEvents 1.0 in binary mode, the verdict as JSON in the value. */
export class KafkaVerdictTopic extends VerdictTopic {
  constructor(
    private readonly cluster: Pick<KafkaCluster, 'verdictTopic'>,
    private readonly publisher: Pick<KafkaPublisher, 'store'>,
  ) {
    super();
  }

  override publish(verdict: AddressVerdict): Promise<void> {
    const key = verdictKey(verdict.tenant, verdict.addressKey);
    const headers = {
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_id: randomUUID(),
      ce_source: '/assent/eligibility',
      ce_type: VERDICT_TYPE,
      ce_subject: key,
      ce_time: verdict.at,
      ce_tenant: verdict.tenant,
      ce_policy: verdict.policy,
    };
    const value = Buffer.from(JSON.stringify(verdict));
    return this.publisher.store(this.cluster.verdictTopic, [{ key, value, headers }]);
  }
}
