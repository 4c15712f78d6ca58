/** A job as server-sent events (WHATWG HTML §9.2): its newest state whenever the reader has room, nothing queued. */
import { Readable } from 'node:stream';
import { isFinished, type Job } from '../jobs/job-types.js';
import type { Jobs } from '../jobs/jobs.js';

/** Proxies close a connection on which nothing comes for 30 s to 60 s. */
const HEARTBEAT_MS = 15_000;

export function jobEvents(
  jobs: Pick<Jobs, 'follow'>,
  job: Job,
  seen: number,
  signal: AbortSignal,
  toDocument: (job: Job) => object,
): Readable {
  // one event ahead at most: a reader that stands still makes the generator stand still
  return Readable.from(events(jobs, job, seen, signal, toDocument), { objectMode: false, highWaterMark: 1 });
}

async function* events(
  jobs: Pick<Jobs, 'follow'>,
  first: Job,
  seen: number,
  signal: AbortSignal,
  toDocument: (job: Job) => object,
): AsyncGenerator<Buffer> {
  const follower = jobs.follow(first.id);
  // a number from another job, or from before a restart of the data: as if none had been seen
  let since = seen > first.revision ? 0 : seen;
  try {
    yield Buffer.from('retry: 2000\n\n');
    let job: Job | undefined | null = since < first.revision ? first : undefined;
    for (;;) {
      if (job) {
        since = job.revision;
        yield Buffer.from(`id: ${since}\ndata: ${JSON.stringify(toDocument(job))}\n\n`);
        if (isFinished(job)) return;
      }
      job = await follower.next(since, HEARTBEAT_MS, signal);
      if (signal.aborted || job === null) return;
      if (job === undefined) yield Buffer.from(': still here\n\n');
    }
  } finally {
    follower.end();
  }
}
