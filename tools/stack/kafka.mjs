// Apache Kafka without ZooKeeper (KRaft): every node is a broker and a controller.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import kafkajs from 'kafkajs';
import { pidOf, ports, run, start, works } from './processes.mjs';

const file = (name) => fileURLToPath(new URL(name, import.meta.url));
const CLUSTER_ID = Buffer.from('assent-for-tests').toString('base64url'); // any 16 bytes

/** A cluster of so many nodes, in folders of its own: one for most tests, three for the loss of one of them. */
export const kafkaOf = (size) => ({
  name: size === 1 ? 'kafka' : `kafka-of-${size}`,
  kind: 'kafka',
  variable: 'KAFKA_BROKERS',
  composed: size === 1 && { service: 'kafka', address: '127.0.0.1:29092' },
  recipe: file('pom.xml'),
  installedIn: 'kafka-jars',

  missing: () => [
    ...(works('java', '-version') ? [] : ['Java 17 (apt-get install -y openjdk-17-jre-headless)']),
    ...(works('mvn', '-v') ? [] : ['Maven (apt-get install -y maven)']),
  ],

  install(jars) {
    rmSync(jars, { recursive: true, force: true });
    run(jars, 'mvn', [
      ...['-q', '-B', '-f', file('pom.xml')],
      ...['dependency:copy-dependencies', `-DoutputDirectory=${jars}`],
    ]);
  },

  programs: (dir) => Array.from({ length: size }, (_, index) => join(dir, `node-${index + 1}`)),

  async start(dir, jars) {
    const numbers = await ports(dir, 2 * size);
    const nodes = this.programs(dir).map((home, index) => ({
      id: index + 1,
      home,
      port: numbers[2 * index],
      controllerPort: numbers[2 * index + 1],
    }));
    for (const node of nodes) if (pidOf(node.home) === undefined) startNode(node, nodes, jars);
    return nodes.map(({ port }) => `127.0.0.1:${port}`).join(',');
  },

  /** The brokers' word alone is not enough: for a while they list one that was killed. */
  async healthy(brokers) {
    const seen = await Promise.all(brokers.split(',').map(brokersSeenBy));
    return seen.filter((count) => count >= size).length >= size;
  },
});

async function brokersSeenBy(broker) {
  const { Kafka, logLevel } = kafkajs;
  const admin = new Kafka({
    brokers: [broker],
    connectionTimeout: 1_000,
    requestTimeout: 5_000,
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
  }).admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length;
  } catch {
    return 0;
  } finally {
    await admin.disconnect();
  }
}

function startNode(node, nodes, jars) {
  const data = join(node.home, 'data');
  const properties = join(node.home, 'server.properties');
  const classes = [`-Dlog4j2.configurationFile=${file('log4j2.properties')}`, ...['-cp', join(jars, '*')]];
  mkdirSync(node.home, { recursive: true });
  writeFileSync(properties, settings(node, nodes, data));
  if (!existsSync(join(data, 'meta.properties'))) {
    const format = ['format', '-t', CLUSTER_ID, '-c', properties];
    run(node.home, 'java', [...classes, 'kafka.tools.StorageTool', ...format]);
  }
  start(node.home, 'java', ['-Xmx512m', ...classes, 'kafka.Kafka', properties]);
}

// A node that was killed is let in again only when its old session has ended: hence the short one.
const settings = ({ id, port, controllerPort }, nodes, data) => `\
process.roles=broker,controller
node.id=${id}
controller.quorum.voters=${nodes.map((node) => `${node.id}@127.0.0.1:${node.controllerPort}`).join(',')}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
log.dirs=${data}
auto.create.topics.enable=false
broker.heartbeat.interval.ms=250
broker.session.timeout.ms=2000
group.initial.rebalance.delay.ms=0
offsets.topic.num.partitions=4
offsets.topic.replication.factor=${nodes.length}
default.replication.factor=${nodes.length}
min.insync.replicas=${Math.ceil(nodes.length / 2)}
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor=${nodes.length}
transaction.state.log.min.isr=${Math.ceil(nodes.length / 2)}
`;
