/** Jobs of processes (OGC 18-062r2 §7.12–§7.14 and the classes job list and dismiss): list, status, results, dismiss. */
import { AppError } from '../../core/errors.js';
import { isFinished } from '../../jobs/job-types.js';
import { jsonAndHtml, jsonAnswer, linkHeader } from '../common/landing.js';
import { chooseRepresentation, parameterOf, refuseUnknownParameters, selfLinks } from '../media.js';
import type { StandardAnswer, StandardParts, StandardRequest } from '../standard.js';
import { jobPage, jobsPage } from './job-html.js';
import { statusInfo } from './job-status.js';
import { nextLinks } from './next-page.js';
import { noSuchProcessJob, resultNotReady } from './process-faults.js';
import { readLimit } from './process-pages.js';
import { resultsPage } from './result-html.js';
import { kindOf, readResults } from './run-process.js';

/** What a running job may take to stop before its dismissal is answered. */
const STOP_WITHIN_MS = 10_000;

export async function readProcessJobs(
  request: StandardRequest,
  parts: StandardParts,
): Promise<StandardAnswer> {
  refuseUnknownParameters(request, ['f', 'limit', 'after']);
  const current = chooseRepresentation(request, jsonAndHtml);
  const limit = readLimit(request, 100);
  const after = parameterOf(request, 'after');
  const kinds = parts.processes.map(kindOf);
  const page = await parts.jobs.list({ limit, kinds, ...(after !== undefined && { after }) });
  if (current.f === 'html') return jobsPage(request, parts.processes, page.jobs, page.next);
  const infos = page.jobs.map((job) => statusInfo(request, job));
  const links = [...selfLinks(request, jsonAndHtml, current), ...nextLinks(request, page.next)];
  return jsonAnswer({ jobs: infos, links });
}

export async function readProcessJob(
  request: StandardRequest,
  parts: StandardParts,
): Promise<StandardAnswer> {
  refuseUnknownParameters(request, ['f']);
  const current = chooseRepresentation(request, jsonAndHtml);
  const { job, process } = await getJob(request, parts);
  const info = statusInfo(request, job);
  return current.f === 'json' ? jsonAnswer(info) : jobPage(request, process, job, info);
}

export async function readProcessResults(
  request: StandardRequest,
  parts: StandardParts,
): Promise<StandardAnswer> {
  refuseUnknownParameters(request, ['f']);
  const current = chooseRepresentation(request, jsonAndHtml);
  const { job, process } = await getJob(request, parts);
  if (!isFinished(job)) throw resultNotReady(job.id);
  if (job.status === 'cancelled') throw noSuchProcessJob(job.id);
  if (job.problem) {
    const { code, detail, errors } = job.problem;
    throw new AppError(code, 'the job failed', { ...(detail && { detail }), ...(errors && { errors }) });
  }
  if (current.f === 'html') return resultsPage(request, parts, process, job);
  const headers = linkHeader(selfLinks(request, jsonAndHtml, current));
  return { ...(await readResults(parts, process, job, request.language)), headers };
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
