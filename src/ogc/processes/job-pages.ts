/** Jobs of processes (OGC 18-062r2 §7.12–§7.14 and the classes job list and dismiss): list, status, results, dismiss. */
import { AppError } from '../../core/errors.js';
import { isFinished, type Job, type JobStatus } from '../../jobs/job-types.js';
import { jsonAnswer, rootOf } from '../common/landing.js';
import { addressWith, JSON_TYPE, parameterOf, refuseUnknownParameters, selfLinks } from '../media.js';
import type { Link, StandardAnswer, StandardParts, StandardRequest } from '../standard.js';
import { noSuchProcessJob, resultNotReady } from './process-faults.js';
import { jsonOnly, readLimit } from './process-pages.js';
import { kindOf, processIdOf, readResults } from './run-process.js';

const RESULTS = 'http://www.opengis.net/def/rel/ogc/1.0/results';
/** What a running job may take to stop before its dismissal is answered. */
const STOP_WITHIN_MS = 10_000;

const statuses: Readonly<Record<JobStatus, string>> = {
  queued: 'accepted',
  running: 'running',
  succeeded: 'successful',
  failed: 'failed',
  cancelled: 'dismissed',
};

export async function readProcessJobs(
  request: StandardRequest,
  parts: StandardParts,
): Promise<StandardAnswer> {
  refuseUnknownParameters(request, ['f', 'limit', 'after']);
  const limit = readLimit(request, 100);
  const after = parameterOf(request, 'after');
  const kinds = parts.processes.map(kindOf);
  const page = await parts.jobs.list({ limit, kinds, ...(after !== undefined && { after }) });
  const links: Link[] = selfLinks(request, jsonOnly, jsonOnly[0]);
  if (page.next !== undefined)
    links.push({ href: addressWith(request, { after: page.next }), rel: 'next', type: JSON_TYPE });
  return jsonAnswer({ jobs: page.jobs.map((job) => statusInfo(request, job)), links });
}

export async function readProcessJob(
  request: StandardRequest,
  parts: StandardParts,
): Promise<StandardAnswer> {
  refuseUnknownParameters(request, ['f']);
  const { job } = await getJob(request, parts);
  return jsonAnswer(statusInfo(request, job));
}

export async function readProcessResults(
  request: StandardRequest,
  parts: StandardParts,
): Promise<StandardAnswer> {
  refuseUnknownParameters(request, ['f']);
  const { job, process } = await getJob(request, parts);
  if (!isFinished(job)) throw resultNotReady(job.id);
  if (job.status === 'cancelled') throw noSuchProcessJob(job.id);
  if (job.problem) {
    const { code, detail, errors } = job.problem;
    throw new AppError(code, 'the job failed', { ...(detail && { detail }), ...(errors && { errors }) });
  }
  return { type: JSON_TYPE, body: await readResults(parts, process, job, request.language) };
}

/** Stops the work and waits until it has stopped; the results of a finished job are removed. */
export async function dismissProcessJob(
  request: StandardRequest,
  parts: StandardParts,
): Promise<StandardAnswer> {
  refuseUnknownParameters(request, ['f']);
  const { job } = await getJob(request, parts);
  if (isFinished(job)) {
    await parts.jobs.remove(job.id);
    return jsonAnswer(statusInfo(request, { ...job, status: 'cancelled' }));
  }
  let latest = await parts.jobs.cancel(job.id);
  const follower = parts.jobs.follow(job.id);
  const late = AbortSignal.any([request.signal, AbortSignal.timeout(STOP_WITHIN_MS)]);
  try {
    while (!isFinished(latest) && !late.aborted)
      latest = (await follower.next(latest.revision, STOP_WITHIN_MS, late)) ?? latest;
  } finally {
    follower.end();
  }
  return jsonAnswer(statusInfo(request, latest));
}

/** The job and its process; a job of another kind is none of this standard's. */
async function getJob({ params }: StandardRequest, { jobs, processes }: StandardParts) {
  const id = params.job ?? '';
  const job = await jobs.find(id);
  const process = job && processes.find((one) => kindOf(one) === job.kind);
  if (!job || !process) throw noSuchProcessJob(id);
  return { job, process };
}

export function statusInfo(request: StandardRequest, job: Job): object {
  const { progress, problem, startedAt, finishedAt } = job;
  const root = rootOf(request);
  const own = `${root}/jobs/${job.id}`;
  const message = problem?.detail ?? progress?.step;
  const links: Link[] = [
    { href: own, rel: 'self', type: JSON_TYPE },
    ...(job.status === 'succeeded' ? [{ href: `${own}/results`, rel: RESULTS, type: JSON_TYPE }] : []),
  ];
  return {
    jobID: job.id,
    processID: processIdOf(job),
    type: 'process',
    status: statuses[job.status],
    ...(message && { message: message[request.language] }),
    ...(percentOf(job) !== null && { progress: percentOf(job) }),
    created: job.createdAt,
    ...(startedAt !== null && { started: startedAt }),
    ...(finishedAt !== null && { finished: finishedAt }),
    updated: finishedAt ?? job.heartbeatAt,
    links,
  };
}

function percentOf({ status, progress }: Job): number | null {
  if (status === 'succeeded') return 100;
  if (!progress?.total) return null;
  return Math.min(99, Math.floor((100 * progress.done) / progress.total));
}
