// Every bench: what is compared, its gate and its moonshot. `less`: a smaller ratio is better.
import { checkBatch, checkSingle, checkStream, memory } from './check.mjs';
import { propagate } from './propagate.mjs';
import { ledgerHttp, oneClickAlone, oneClickCrowd } from './writes.mjs';

export const BENCHES = {
  'check-single': {
    id: 'E1',
    run: checkSingle(false),
    gate: 0.65,
    moonshot: 0.9,
    unit: 'requests/s',
    cpu: 'µs/request',
    title: 'POST /v1/eligibility, 64 connections, against a bare Fastify route with a schema and a Map',
  },
  'check-single-first': {
    id: 'E1 (first)',
    run: checkSingle(true),
    unit: 'requests/s',
    cpu: 'µs/request',
    mark: 'no gate',
    title: 'the same about addresses that nobody has asked about since they changed: from the records',
  },
  'check-batch': {
    id: 'E3',
    run: checkBatch,
    gate: 3,
    moonshot: 8,
    unit: 'addresses/s',
    cpu: 'ns/address',
    title: '1M NDJSON in one POST, one byte each, against a Fastify JSON route, 1,000 per request',
  },
  'check-batch-stream': {
    id: 'E4',
    run: checkStream('ndjson', 'bits'),
    gate: 4,
    moonshot: 12,
    unit: 'addresses/s',
    cpu: 'ns/address',
    title: '1M NDJSON, one byte each, against a stream of split, JSON.parse, Map and JSON.stringify',
  },
  'check-batch-csv': {
    id: 'E4 --csv',
    run: checkStream('csv', 'bits'),
    gate: 4,
    moonshot: 17,
    unit: 'addresses/s',
    cpu: 'ns/address',
    title: 'the same with the address in the first column of CSV',
  },
  'check-batch-json-answer': {
    id: 'E4 --json-answer',
    run: checkStream('ndjson', 'verdicts'),
    gate: 4,
    moonshot: 12,
    unit: 'addresses/s',
    cpu: 'ns/address',
    title: 'the same with a line of JSON for each address',
  },
  memory: {
    id: 'E5',
    run: memory,
    gate: 0.4,
    moonshot: 0.2,
    less: true,
    unit: 'bytes/contact',
    title: '1M contacts, resident memory, against Map<string, number>',
  },
  'ledger-http': {
    id: 'E7',
    run: ledgerHttp,
    gate: 0.55,
    moonshot: 0.85,
    unit: 'requests/s',
    cpu: 'µs/request',
    title: 'one-click POST, durable, 64 connections, against a Fastify POST that does nothing',
  },
  'one-click': {
    id: 'P1',
    run: oneClickAlone,
    less: true,
    unit: 'ms at the median',
    cpu: 'µs/request',
    mark: '1.1 ms',
    title: 'one-click POST, durable, one connection, against Fastify with a raw write and fdatasync',
  },
  'one-click-crowd': {
    id: 'P1 (64)',
    run: oneClickCrowd,
    unit: 'requests/s',
    cpu: 'µs/request',
    mark: '2,200/s',
    title: 'the same on 64 connections, against the raw group commit',
  },
  propagate: {
    id: 'E8',
    run: propagate,
    gate: 3,
    moonshot: 1.5,
    less: true,
    unit: 'ms at the median',
    stack: true,
    title:
      'unsubscribe POST until Mailchimp was changed and read back, two replicas of six services, against a bare kafkajs publish to eight groups',
  },
};

/** Named here so that nobody takes them for measured. */
export const MISSING = {
  'E2 check-tail': 'needs the import of E10 to run beside',
  'E6 ledger': 'the log has no hash chain yet; the write path is measured by E7 and P1',
  'E9 retention': 'the agenda has no bulk loader yet',
  'E10 import': 'the import of CSV is not there yet',
  'E11 rebuild': 'the log has no chain to verify yet',
  'E12 proof': 'comes with the evidence work',
};
