/** A job as the standard tells it (OGC 18-062r2 §7.12, statusInfo.yaml). */
import { isFinished, type Job, type JobStatus } from '../../jobs/job-types.js';
import { rootOf } from '../common/landing.js';
import { JSON_TYPE } from '../media.js';
import type { Link, StandardRequest } from '../standard.js';
import { processIdOf } from './run-process.js';

const RESULTS = 'http://www.opengis.net/def/rel/ogc/1.0/results';

const statuses: Readonly<Record<JobStatus, string>> = {
  queued: 'accepted',
  running: 'running',
  succeeded: 'successful',
  failed: 'failed',
  cancelled: 'dismissed',
};

export interface StatusInfo {
  jobID: string;
  processID: string;
  type: 'process';
  status: string;
  message?: string;
  progress?: number;
  created: string;
  started?: string;
  finished?: string;
  updated: string;
  links: readonly Link[];
}

export function statusInfo(request: StandardRequest, job: Job): StatusInfo {
  const { progress, problem, startedAt, finishedAt } = job;
  const root = rootOf(request);
  const own = `${root}/jobs/${job.id}`;
  // the last step of what is done is no news
  const message = problem?.detail ?? (isFinished(job) ? undefined : progress?.step);
  const percent = percentOf(job);
  const links: Link[] = [
    { href: own, rel: 'self', type: JSON_TYPE },
    { href: `${own}?f=html`, rel: 'alternate', type: 'text/html' },
    ...(isFinished(job) ? [] : [{ href: own, rel: 'monitor', type: JSON_TYPE }]),
    ...(job.status === 'succeeded' ? [{ href: `${own}/results`, rel: RESULTS, type: JSON_TYPE }] : []),
  ];
  return {
    jobID: job.id,
    processID: processIdOf(job),
    type: 'process',
    status: statuses[job.status],
    ...(message && { message: message[request.language] }),
    ...(percent !== null && { progress: percent }),
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
