import { eventFeedContract, eventLogContract, type EventLog, type Opened } from '@assent/ports';
import { openedProcess } from './process-under-test.js';

/** The log of a process, for the suites that know nothing of feeds. */
async function openedLog(): Promise<Opened<EventLog>> {
  const of = (opened: Awaited<ReturnType<typeof openedProcess>>): Opened<EventLog> => ({
    port: opened.port.log,
    crash: async () => of(await opened.crash()),
    close: () => opened.close(),
  });
  return of(await openedProcess());
}

eventLogContract('A log that publishes to Kafka', openedLog);
eventFeedContract('Kafka', () => openedProcess());
