/** Jobs of processes (OGC 18-062r2 §7.12–§7.14 and the classes job list and dismiss): list, status, results, dismiss. */
import { AppError } from '../../core/errors.js';
import { isFinished, type Job, type JobStatus } from '../../jobs/job-types.js';
import { jsonAndHtml, jsonAnswer, rootOf } from '../common/landing.js';
import { anchor, pageAnswer, say, table } from '../common/pages.js';
import {
  chooseRepresentation,
  JSON_TYPE,
  parameterOf,
  refuseUnknownParameters,
  selfLinks,
} from '../media.js';
import type { Link, StandardAnswer, StandardParts, StandardRequest } from '../standard.js';
import { nextLinks, nextPage } from './next-page.js';
import { noSuchProcessJob, resultNotReady } from './process-faults.js';
import { readLimit } from './process-pages.js';
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
  const current = chooseRepresentation(request, jsonAndHtml);
  const limit = readLimit(request, 100);
  const after = parameterOf(request, 'after');
  const kinds = parts.processes.map(kindOf);
  const page = await parts.jobs.list({ limit, kinds, ...(after !== undefined && { after }) });
  const infos = page.jobs.map((job) => statusInfo(request, job));
  if (current.f === 'html') return jobsPage(request, infos, page.next);
  const links = [...selfLinks(request, jsonAndHtml, current), ...nextLinks(request, page.next)];
  return jsonAnswer({ jobs: infos, links });
}

function jobsPage(
  request: StandardRequest,
  infos: readonly StatusInfo[],
  next: string | undefined,
): StandardAnswer {
  const { language } = request;
  const rows = infos.map(({ jobID, processID, status, created, message = '' }) => [
    { html: anchor(`${rootOf(request)}/jobs/${jobID}?f=html`, jobID) },
    ...[processID, status, created, message],
  ]);
  const head = [
    'id',
    say(language, '过程', 'Process'),
    say(language, '状态', 'Status'),
    say(language, '时间', 'Created'),
    say(language, '说明', 'Message'),
  ];
  return pageAnswer(request, say(language, '任务', 'Jobs'), table(head, rows) + nextPage(request, next));
}

export async function readProcessJob(
  request: StandardRequest,
  parts: StandardParts,
): Promise<StandardAnswer> {
  refuseUnknownParameters(request, ['f']);
  const current = chooseRepresentation(request, jsonAndHtml);
  const { job } = await getJob(request, parts);
  const info = statusInfo(request, job);
  if (current.f === 'json') return jsonAnswer(info);
  const { links, ...facts } = info;
  const rows = Object.entries(facts).map(([name, value]) => [name, String(value)]);
  const results = links.find(({ rel }) => rel === RESULTS);
  const { language } = request;
  const forward = results ? `<p>${anchor(results.href, say(language, '结果', 'Results'))}</p>` : '';
  const head = [say(language, '项', 'Member'), say(language, '值', 'Value')];
  return pageAnswer(request, job.id, table(head, rows) + forward);
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
  return readResults(parts, process, job, request.language);
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

/** OGC 18-062r2, statusInfo.yaml. */
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
  const message = problem?.detail ?? progress?.step;
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
