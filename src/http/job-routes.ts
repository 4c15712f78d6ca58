/** Jobs over the network: how one goes, its result, stopping it. Asking for one is the business of the other doors. */
import Type from 'typebox';
import { AppError } from '../core/errors.js';
import { isFinished, type Job } from '../jobs/job-types.js';
import { jobPath, toJobDocument } from './async.js';
import { authorize } from './auth.js';
import { jobEvents } from './job-events.js';
import { JobListQuerySchema, JobListSchema, JobParams, JobSchema, jobExample } from './job-schemas.js';
import { localizeJson } from './language.js';
import { operation } from './route.js';

const json = 'application/json';

/** Stopping work needs the right to start it: imports are the administrator's, all else is `check`. */
const ADMIN_KINDS: readonly string[] = ['layer-import'];

export const listJobs = operation({
  id: 'listJobs',
  tag: 'jobs',
  summary: { zh: '列出后台任务', en: 'List jobs, newest first' },
  query: JobListQuerySchema,
  answers: {
    200: {
      description: { zh: '一页任务', en: 'A page of jobs' },
      type: json,
      schema: JobListSchema,
      example: { jobs: [jobExample] },
      headers: { Link: { zh: '下一页（rel="next"）', en: 'The next page (rel="next")' } },
    },
  },
  problems: [],
  async handle({ parts, reply, query, language }) {
    const { limit, after, kind, status } = query;
    const page = await parts.service.jobs.list({
      limit,
      ...(after !== undefined && { after }),
      ...(kind !== undefined && { kinds: [kind] }),
      ...(status !== undefined && { statuses: [status] }),
    });
    if (page.next !== undefined) {
      const next = new URLSearchParams({ limit: String(limit), after: page.next });
      if (kind !== undefined) next.set('kind', kind);
      if (status !== undefined) next.set('status', status);
      reply.header('link', `</v1/jobs?${next}>; rel="next"`);
    }
    return {
      jobs: page.jobs.map((job) => toJobDocument(job, language)),
      ...(page.next !== undefined && { next: page.next }),
    };
  },
});

export const readJob = operation({
  id: 'readJob',
  tag: 'jobs',
  summary: { zh: '任务进展', en: 'How a job goes' },
  params: JobParams,
  answers: {
    200: {
      description: { zh: '任务', en: 'The job' },
      type: json,
      schema: JobSchema,
      example: jobExample,
      headers: {
        'Retry-After': { zh: '未结束时：几秒后再问', en: 'While it runs: ask again after so many seconds' },
      },
    },
  },
  problems: ['not-found'],
  async handle({ parts, params, reply, language }) {
    const job = await parts.service.jobs.get(params.id);
    if (!isFinished(job)) reply.header('retry-after', '1');
    return toJobDocument(job, language);
  },
});

export const readJobResult = operation({
  id: 'readJobResult',
  tag: 'jobs',
  summary: { zh: '任务结果', en: 'The result of a job' },
  params: JobParams,
  answers: {
    200: {
      description: { zh: '结果', en: 'What the work answered' },
      type: json,
      schema: Type.Unknown(),
      example: { id: 'chk_01JQ8Z6V3M', verdict: 'clear', parcelCount: 1 },
    },
  },
  problems: ['not-found', 'conflict'],
  async handle({ parts, params, reply, language }) {
    const job = await parts.service.jobs.get(params.id);
    if (job.status !== 'succeeded') throw noResult(job);
    const text = (await parts.service.jobs.readResult(params.id)) ?? 'null';
    reply.type('application/json; charset=utf-8');
    return localizeJson(Buffer.from(text), language);
  },
});

export const readJobEvents = operation({
  id: 'readJobEvents',
  tag: 'jobs',
  summary: { zh: '任务进展（事件流）', en: 'How a job goes, as a stream of events' },
  description: {
    zh: '每次变化发送整个任务（data 为 JSON，id 为 revision）；任务结束后流结束。断线后带 Last-Event-ID 重连；已无新内容时答 204。',
    en: 'Each change sends the whole job (data is JSON, id its revision); the stream ends with the job. Reconnect with Last-Event-ID; 204 when there is nothing newer to come.',
  },
  params: JobParams,
  answers: {
    200: {
      description: { zh: '事件流', en: 'Server-sent events' },
      type: 'text/event-stream',
      schema: Type.String(),
      example: `id: 7\ndata: ${JSON.stringify(jobExample)}\n\n`,
    },
    204: {
      description: { zh: '任务已结束，没有更新的内容', en: 'The job has ended; nothing newer to come' },
    },
  },
  problems: ['not-found'],
  async handle({ parts, request, params, reply, language, callerGone, stopping }) {
    const job = await parts.service.jobs.get(params.id);
    const seen = Number(request.headers['last-event-id'] ?? 0) || 0;
    if (isFinished(job) && seen >= job.revision) {
      reply.code(204);
      return null;
    }
    reply
      .type('text/event-stream')
      // a connection on which nothing can be written for a minute is given up; it is not used for anything else after
      .headers({ connection: 'close', 'x-accel-buffering': 'no' });
    request.raw.socket.setTimeout?.(60_000);
    const signal = AbortSignal.any([callerGone, stopping]);
    return jobEvents(parts.service.jobs, job, seen, signal, (one) => toJobDocument(one, language));
  },
});

export const cancelJob = operation({
  id: 'cancelJob',
  tag: 'jobs',
  summary: { zh: '取消任务', en: 'Cancel a job' },
  description: {
    zh: '排队中的任务立即取消（200）；进行中的任务收到停止要求（202），随后变为 cancelled。已成功的任务答 409。',
    en: 'A waiting job is cancelled at once (200); a running one is told to stop (202) and soon is cancelled. 409 for one that succeeded.',
  },
  params: JobParams,
  answers: {
    200: {
      description: { zh: '已取消或已失败', en: 'Cancelled, or failed before' },
      type: json,
      schema: JobSchema,
      example: { ...jobExample, status: 'cancelled', finishedAt: '2025-06-03T03:00:04.000Z' },
    },
    202: {
      description: { zh: '正在停止', en: 'It is being stopped' },
      type: json,
      schema: JobSchema,
      example: { ...jobExample, cancelRequested: true },
    },
  },
  problems: ['not-found', 'conflict'],
  async handle({ parts, request, params, reply, language }) {
    const { kind } = await parts.service.jobs.get(params.id);
    if (ADMIN_KINDS.includes(kind)) authorize(request, 'admin', parts.keys);
    const job = await parts.service.jobs.cancel(params.id);
    if (job.status === 'succeeded') throw alreadyDone(job);
    if (!isFinished(job)) reply.code(202).header('location', jobPath(job.id));
    return toJobDocument(job, language);
  },
});

const noResult = ({ id, status }: Job): AppError =>
  new AppError('conflict', `job is ${status}`, {
    detail: {
      zh: `任务 ${id} 没有结果（状态 ${status}）。进展见 /v1/jobs/${id}。`,
      en: `The job ${id} has no result (it is ${status}); see /v1/jobs/${id}.`,
    },
  });

const alreadyDone = ({ id, location }: Job): AppError =>
  new AppError('conflict', 'the job had succeeded', {
    detail: {
      zh: `任务 ${id} 已完成，无法取消。结果见 ${location ?? '任务本身'}。`,
      en: `The job ${id} had succeeded before it could be cancelled; its result: ${location ?? 'in the job'}.`,
    },
  });
