/** Work that is answered later: when the caller asked for it (`Prefer: respond-async`, RFC 7240), and the answer 202. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../core/errors.js';
import type { Job } from '../jobs/job-types.js';
import type { JobDocument } from './job-schemas.js';
import { type Language, localize } from './language.js';
import { toProblem } from './problem.js';

/** Whether the caller asked for a job, or its body is so large that it gets one anyway. */
export function wantsJob(request: FastifyRequest, asyncAboveBytes = Number.POSITIVE_INFINITY): boolean {
  const { body } = request;
  return prefersAsync(request) || (body instanceof Uint8Array && body.byteLength > asyncAboveBytes);
}

/** 202 with the job and its address. */
export function acceptJob(
  { request, reply, language }: { request: FastifyRequest; reply: FastifyReply; language: Language },
  job: Job,
): JobDocument {
  reply
    .code(202)
    .header('location', jobPath(job.id))
    // a moment, so that a polling client does not come back before anything can have happened
    .header('retry-after', '1');
  if (prefersAsync(request)) reply.header('preference-applied', 'respond-async');
  return toJobDocument(job, language);
}

export const jobPath = (id: string): string => `/v1/jobs/${encodeURIComponent(id)}`;

const preferences = (request: FastifyRequest): string[] =>
  [request.headers.prefer ?? []]
    .flat()
    .flatMap((header) => header.slice(0, 1000).split(','))
    .map((part) => part.split(';')[0]!.trim().toLowerCase());

const prefersAsync = (request: FastifyRequest): boolean => preferences(request).includes('respond-async');

/** A job as the network sees it: texts in one language, the failure as a problem. */
export function toJobDocument(job: Job, language: Language): JobDocument {
  const { problem, progress, result, ...rest } = job;
  return {
    ...rest,
    progress: progress && localize(progress, language),
    result: localize(result, language),
    problem:
      problem &&
      toProblem(
        new AppError(problem.code, 'a failed job', {
          ...(problem.detail && { detail: problem.detail }),
          ...(problem.errors && { errors: problem.errors }),
        }),
        language,
        job.id,
      ),
  };
}
