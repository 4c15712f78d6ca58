// The real GEOS worker with faults on demand, told by the first x of the request:
// -1: dies after it has begun · -2: dies before, once (the file named in ?flag= remembers) · -3: dies before, always
// -4: never ends. Registered first, so the real worker does not see these.
import { existsSync, writeFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

const flag = new URL(import.meta.url).searchParams.get('flag');

parentPort.on('message', ({ id, geometries: { coordinates } }) => {
  if (coordinates[0] === -1) {
    Atomics.store(workerData.begun, 0, id);
    process.exit(7);
  }
  if (coordinates[0] === -2 && !existsSync(flag)) {
    writeFileSync(flag, '');
    process.exit(8);
  }
  if (coordinates[0] === -3) process.exit(9);
  if (coordinates[0] === -4) for (;;);
});

await import('../../dist/src/geometry/geos-worker.js');
