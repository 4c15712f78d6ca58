/** Executing a process (OGC 18-062r2 §7.11). Answered now or later, it is a job: bounded, stored, stopped when nobody waits. */
import { AppError } from '../../core/errors.js';
import { isFinished, type Job } from '../../jobs/job-types.js';
import { rootOf } from '../common/landing.js';
import { JSON_TYPE, refuseUnknownParameters } from '../media.js';
import type { StandardAnswer, StandardParts, StandardRequest } from '../standard.js';
import { statusInfo } from './job-status.js';
import { getProcess } from './process-pages.js';
import { readExecution } from './read-execution.js';
import { awaitedKindOf, jobOf, kindOf, readResults } from './run-process.js';

export async function executeProcess(
  request: StandardRequest,
  parts: StandardParts,
): Promise<StandardAnswer> {
  refuseUnknownParameters(request, ['f']);
  const process = getProcess(request, parts);
  const execution = readExecution(process, request.body);
  const later = prefersAsync(request);
  const kind = later ? kindOf(process) : awaitedKindOf(process);
  const job = await parts.jobs.submit(jobOf(process, kind, execution, parts.check.today()));
  if (later) {
    const headers = {
      location: `${rootOf(request)}/jobs/${job.id}`,
      'preference-applied': 'respond-async',
    };
    return { status: 201, type: JSON_TYPE, headers, body: JSON.stringify(statusInfo(request, job)) };
  }
  const ended = await waitForEnd(request, parts, job);
  if (ended.status !== 'succeeded') throw failureOf(ended);
  return readResults(parts, process, ended, request.language);
}

const prefersAsync = ({ headers }: StandardRequest): boolean =>
  (headers.prefer ?? '')
    .split(',')
    .some((part) => part.split(';')[0]!.trim().toLowerCase() === 'respond-async');

/** A caller that hangs up wants no answer: the job is stopped. */
async function waitForEnd({ signal }: StandardRequest, { jobs }: StandardParts, job: Job): Promise<Job> {
  const follower = jobs.follow(job.id);
  try {
    let latest: Job | null = job;
    while (latest && !isFinished(latest)) {
      latest = (await follower.next(latest.revision, 60_000, signal)) ?? latest;
      if (!signal.aborted) continue;
      await jobs.cancel(job.id);
      throw new AppError('cancelled', 'the caller went away');
    }
    return latest;
  } finally {
    follower.end();
  }
}

function failureOf({ problem, status }: Job): AppError {
  if (!problem) return new AppError('cancelled', `the job is ${status}`);
  const { code, detail, errors } = problem;
  return new AppError(code, 'the process failed', { ...(detail && { detail }), ...(errors && { errors }) });
}
