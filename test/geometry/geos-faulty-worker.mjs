// The real GEOS worker with faults on demand, told by the first x of the request:
// -1: dies when it has done the work, without an answer · -2: dies before it begins · -3: the same, every time
// -4: never ends. -1 and -2 happen once: the file named in ?flag= remembers. Starts are counted in the file beside it.
// Registered before the real worker, so that it comes first.
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';

const flag = new URL(import.meta.url).searchParams.get('flag');
appendFileSync(`${flag}-starts`, '.');

let dying = false;
parentPort.on('message', ({ geometries: { coordinates } }) => {
  const [x] = coordinates;
  if ((x === -1 || x === -2) && !existsSync(flag)) {
    writeFileSync(flag, '');
    if (x === -2) process.exit(8);
    dying = true;
  }
  if (x === -3) process.exit(9);
  if (x === -4) for (;;);
});

const post = parentPort.postMessage.bind(parentPort);
parentPort.postMessage = (reply, transfer) => {
  if (dying) process.exit(7);
  post(reply, transfer);
};

await import('../../dist/src/geometry/geos-worker.js');
