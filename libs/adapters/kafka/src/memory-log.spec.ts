import { eventLogContract, logChangesContract, type Opened } from '@assent/ports';
import { MemoryLog } from './memory-log.js';

const opened = (): Promise<Opened<MemoryLog>> => {
  const at = (port: MemoryLog): Opened<MemoryLog> => ({
    port,
    crash: () => Promise.resolve(at(port)),
    close: () => Promise.resolve(),
  });
  return Promise.resolve(at(new MemoryLog()));
};

eventLogContract('The log that these tests use', opened);
logChangesContract('The log that these tests use', opened);
