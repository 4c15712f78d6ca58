/** The errors of the jobs room, with what to do. */
import { AppError } from '../core/errors.js';
import type { JobProblem } from './job-types.js';

/** Processes that take up one job at most: a job that ends its process must not do so for ever. */
export const MAX_ATTEMPTS = 3;

export const queueFull = (waiting: number): AppError =>
  new AppError('overloaded', `${waiting} jobs are waiting`, {
    detail: {
      zh: `排队的任务已达上限（${waiting} 个），请稍后重试。`,
      en: `The queue is full (${waiting} jobs are waiting): try again a little later.`,
    },
  });

export const unknownKind = (kind: string): AppError =>
  new AppError('internal', `no handler for jobs of ${kind}`);

export const noSuchJob = (id: string): AppError =>
  new AppError('not-found', 'no such job', {
    detail: {
      zh: `没有编号为 ${id} 的任务；已结束的任务保留一段时间后删除。`,
      en: `There is no job ${id}; finished jobs are kept for a while only.`,
    },
  });

export const jobCancelled = (): AppError =>
  new AppError('cancelled', 'the job was cancelled', {
    detail: { zh: '任务已取消，未保存任何结果。', en: 'The job was cancelled; nothing was stored.' },
  });

export const jobTooLong = (limitMs: number): AppError => {
  const seconds = Math.round(limitMs / 1000);
  return new AppError('time-limit', `the job took longer than ${limitMs} ms`, {
    detail: {
      zh: `任务超过 ${seconds} 秒的时限，已中止，没有出具结论。`,
      en: `The job was stopped at its time limit of ${seconds} s; no answer was given.`,
    },
  });
};

export const jobStopped = (): AppError =>
  new AppError('interrupted', 'the service is being stopped', {
    detail: {
      zh: '服务停止，任务中断，未保存任何结果。请重新提交。',
      en: 'The service was stopped and the job with it; nothing was stored. Send it again.',
    },
  });

export const jobTaken = (): AppError =>
  new AppError('interrupted', 'the job was taken up by another process');

/** Stored with a job whose process vanished and that no other can take up. */
export const processVanished: JobProblem = {
  code: 'interrupted',
  detail: {
    zh: '处理该任务的进程意外结束，任务无法继续（上传的文件随进程丢失，或已重试多次）。未保存任何结果，请重新提交。',
    en: 'The process that had the job ended unexpectedly and it cannot go on (its upload was lost with the process, or it was tried too often). Nothing was stored: send it again.',
  },
};
