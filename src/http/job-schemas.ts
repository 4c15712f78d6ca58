/** A job as the network sees it. */
import Type, { type Static } from 'typebox';
import type { Problem } from './problem.js';
import type { AnswerDoc } from './route.js';
import { nullable, ProblemSchema, parameters } from './schemas.js';

const JobStatusSchema = Type.Union(
  [
    Type.Literal('queued'),
    Type.Literal('running'),
    Type.Literal('succeeded'),
    Type.Literal('failed'),
    Type.Literal('cancelled'),
  ],
  { $id: 'JobStatus' },
);

export const JobSchema = Type.Object(
  {
    id: Type.String(),
    kind: Type.String({ examples: ['check', 'layer-import'] }),
    status: JobStatusSchema,
    cancelRequested: Type.Boolean({ description: 'Told to stop, not stopped yet' }),
    progress: nullable(
      Type.Object({
        step: Type.String({ description: 'What is going on' }),
        done: Type.Number(),
        total: Type.Optional(Type.Number()),
        rate: nullable(Type.Number({ description: 'Units of `done` in a second' })),
      }),
    ),
    revision: Type.Integer({ description: 'Grows with every change; the id of an event' }),
    createdAt: Type.String({ format: 'date-time' }),
    startedAt: nullable(Type.String({ format: 'date-time' })),
    finishedAt: nullable(Type.String({ format: 'date-time' })),
    heartbeatAt: Type.String({ format: 'date-time', description: 'Last sign of life of the work' }),
    location: nullable(Type.String({ description: 'Where the result is read, once succeeded' })),
    result: Type.Unknown({ description: 'A small result itself; a larger one is read at `location`' }),
    problem: nullable(ProblemSchema),
  },
  { $id: 'Job' },
);

/** The code of a problem is one of the closed list, which the schema holds as data only. */
export type JobDocument = Omit<Static<typeof JobSchema>, 'problem'> & { problem: Problem | null };

export const JobListSchema = Type.Object(
  { jobs: Type.Array(JobSchema), next: Type.Optional(Type.String()) },
  { $id: 'JobList' },
);

export const jobExample: JobDocument = {
  id: 'job_01JQ8Z6V3M',
  kind: 'check',
  status: 'running',
  cancelRequested: false,
  progress: { step: '叠加测量', done: 1200, total: 3000, rate: 410 },
  revision: 7,
  createdAt: '2025-06-03T03:00:00.000Z',
  startedAt: '2025-06-03T03:00:00.120Z',
  finishedAt: null,
  heartbeatAt: '2025-06-03T03:00:03.120Z',
  location: null,
  result: null,
  problem: null,
};

/** What every door that starts jobs answers. */
export const acceptedAnswer: AnswerDoc = {
  description: { zh: '已转为后台任务', en: 'It became a job' },
  type: 'application/json',
  schema: JobSchema,
  example: { ...jobExample, status: 'queued', progress: null, startedAt: null, revision: 1 },
  headers: {
    Location: { zh: '任务的地址', en: 'Address of the job' },
    'Preference-Applied': { zh: '应请求转为后台任务时', en: 'When the request asked for it' },
  },
};

export const JobParams = parameters({
  id: Type.String({
    minLength: 1,
    maxLength: 100,
    description: 'Id of the job',
    examples: [jobExample.id],
  }),
});

export const JobListQuerySchema = parameters({
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 20 }),
  after: Type.Optional(
    Type.String({ minLength: 1, maxLength: 100, description: '`next` of the page before' }),
  ),
  kind: Type.Optional(Type.String({ pattern: '^[a-z][a-z0-9-]{0,60}$' })),
  status: Type.Optional(
    Type.Union([
      Type.Literal('queued'),
      Type.Literal('running'),
      Type.Literal('succeeded'),
      Type.Literal('failed'),
      Type.Literal('cancelled'),
    ]),
  ),
});
