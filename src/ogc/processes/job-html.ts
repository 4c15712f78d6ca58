/** The list of jobs and one of them as people read them: titles, states in words, times of the place. */

import { chinaTime } from '../../core/china-time.js';
import type { Job, JobStatus } from '../../jobs/job-types.js';
import { rootOf } from '../common/landing.js';
import { anchor, type Cell, pageAnswer, say, table } from '../common/pages.js';
import type { Language, StandardAnswer, StandardRequest } from '../standard.js';
import { type StatusInfo, statusInfo } from './job-status.js';
import { nextPage } from './next-page.js';
import type { Process } from './process-types.js';
import { pagesOf, processIdOf } from './run-process.js';

const states: Readonly<Record<JobStatus, readonly [string, string]>> = {
  queued: ['排队', 'waiting'],
  running: ['进行中', 'running'],
  succeeded: ['完成', 'done'],
  failed: ['失败', 'failed'],
  cancelled: ['已取消', 'dismissed'],
};

const timeOf = (moment: string | undefined): string => (moment ? chinaTime(moment) : '');

const head = (language: Language) => ({
  id: say(language, '编号', 'Job'),
  process: say(language, '过程', 'Process'),
  status: say(language, '状态', 'State'),
  created: say(language, '提交（北京时间）', 'Asked (Beijing time)'),
  message: say(language, '说明', 'Message'),
});

const titleOf = (processes: readonly Process[], job: Job, language: Language): string =>
  processes.find(({ id }) => id === processIdOf(job))?.title[language] ?? processIdOf(job);

export function jobsPage(
  request: StandardRequest,
  processes: readonly Process[],
  jobs: readonly Job[],
  next: string | undefined,
): StandardAnswer {
  const { language } = request;
  const { id, process, status, created, message } = head(language);
  const rows = jobs.map((job) => [
    { html: anchor(`${rootOf(request)}/jobs/${job.id}?f=html`, titleOf(processes, job, language)) },
    say(language, ...states[job.status]),
    timeOf(job.createdAt),
    statusInfo(request, job).message ?? '',
    job.id,
  ]);
  const body = table([process, status, created, message, id], rows) + nextPage(request, next);
  return pageAnswer(request, say(language, '任务', 'Jobs'), body);
}

/** To the pages where what the job has made is shown. */
export const pageLinks = (request: StandardRequest, process: Process, job: Job): string[] =>
  pagesOf(process, job).map(({ title, path }) =>
    anchor(`${rootOf(request)}${path}`, title[request.language]),
  );

export function jobPage(
  request: StandardRequest,
  process: Process,
  job: Job,
  { started, finished, progress, message, links }: StatusInfo,
): StandardAnswer {
  const { language } = request;
  const words = head(language);
  const rows: (readonly Cell[])[] = [
    [words.id, job.id],
    [words.process, { html: anchor(`${rootOf(request)}/processes/${process.id}?f=html`, process.id) }],
    [words.status, say(language, ...states[job.status])],
    ...(progress === undefined ? [] : [[say(language, '进度', 'Progress'), `${progress} %`]]),
    ...(message === undefined ? [] : [[words.message, message]]),
    [words.created, timeOf(job.createdAt)],
    [say(language, '开始', 'Began'), timeOf(started)],
    [say(language, '结束', 'Ended'), timeOf(finished)],
  ];
  const results = links.find(({ rel }) => rel.endsWith('/results'));
  const ways = [
    ...pageLinks(request, process, job),
    ...(results ? [anchor(`${results.href}?f=html`, say(language, '全部结果', 'All results'))] : []),
  ];
  const list = ways.map((way) => `<li>${way}</li>`).join('');
  const found = list === '' ? '' : `<h2>${say(language, '结果', 'Results')}</h2><ul>${list}</ul>`;
  return pageAnswer(request, process.title[language], table([], rows) + found);
}
