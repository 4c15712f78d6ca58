/**
 * The OGC test suite for Processes, ets-ogcapi-processes10, test by test under its own names: what each sends, in the
 * headers it sends, and what it asserts. Read from its sources; the suite itself is not run here.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Jobs } from '../../src/jobs/jobs.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { faultsOf } from './process-schemas.js';
import { type Answer, type StandardsApp, standardsApp } from './standards-app.js';
import { type Description, hasMedium, isBinary, suiteRequests as make, TEST_TEXT } from './suite-requests.js';

const EXCEPTIONS = 'http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0';
const RESULTS = 'http://www.opengis.net/def/rel/ogc/1.0/results';
const json = { accept: 'application/json' };

let service: StandardsApp;
let jobs: Jobs;
let echo: Description & { jobControlOptions: string[] };

beforeAll(async () => {
  const db = await openTestDatabase();
  await resetTables(db);
  const limits = { running: 2, waiting: 50, timeLimitMs: 60_000, keptMs: 3_600_000, lostAfterMs: 60_000 };
  jobs = new Jobs(db, limits, () => {});
  service = standardsApp(db, {}, jobs);
  await jobs.start();
  echo = (await get('/processes/echo')).json;
});
afterAll(async () => {
  await jobs.close();
  await service.app.close();
  await service.geos.close();
});

const get = (path: string, headers: Record<string, string> = json): Promise<Answer> =>
  service.get(`/ogc${path}`, headers);
const execute = (body: object, headers: Record<string, string> = {}): Promise<Answer> =>
  service.send('POST', '/ogc/processes/echo/execution', body, { ...json, ...headers });
const document = (body: object) => ({ ...body, response: 'document' });
const raw = (body: object) => ({ ...body, response: 'raw' });

/** 200, the media type a client compares as text, and the document of that name. */
function expectDocument(answer: Answer, name: string): void {
  expect([answer.status, answer.headers['content-type'], faultsOf(name, answer.json)]).toEqual([
    200,
    'application/json',
    [],
  ]);
}

function expectException(answer: Answer, status: number, exception?: string): void {
  expect([answer.status, answer.headers['content-type'], faultsOf('exception', answer.json)]).toEqual([
    status,
    'application/json',
    [],
  ]);
  if (exception !== undefined) expect(answer.json.type).toBe(`${EXCEPTIONS}/${exception}`);
}

async function expectSuccess(body: object): Promise<Answer> {
  const answer = await execute(body);
  expect([answer.status, answer.text && 'text']).toEqual([200, 'text']);
  // a Link header without an unquoted rel=monitor fails the suite, and it can not read one with it
  expect(answer.headers.link).toBeUndefined();
  return answer;
}

/** Its mail library reads parts of text as text and no other ones. */
function expectTextPart({ headers, text }: Answer): void {
  expect(headers['content-type']).toMatch(/^multipart\/related; type="[a-z]+\/[a-z]+"; boundary="/);
  expect(text.startsWith('--')).toBe(true);
  const [boundary = ''] = text.split('\r\n', 1);
  const texts = text
    .split(boundary)
    .filter((part) => part.includes('Content-Type: text/plain'))
    .map((part) => part.split('\r\n\r\n')[1]!.trim());
  expect(texts).toContain(TEST_TEXT);
}

async function expectJob(body: object, prefer = 'respond-async'): Promise<Answer> {
  const asked = await execute(body, { prefer });
  expect([asked.status, asked.headers['preference-applied']]).toEqual([201, 'respond-async']);
  const status = await service.get(new URL(asked.headers.location!).pathname, json);
  expectDocument(status, 'statusInfo');
  return status;
}

/** Follows `monitor` until there is a link to results. */
async function resultsOf(status: Answer): Promise<Answer> {
  const links = status.json.links as { rel: string; href: string }[];
  const results = links.find(({ rel }) => rel === RESULTS);
  if (results) return service.get(new URL(results.href).pathname);
  const monitor = links.find(({ rel }) => rel === 'monitor');
  expect(monitor).toBeDefined();
  await new Promise((resolve) => setTimeout(resolve, 20));
  return resultsOf(await service.get(new URL(monitor!.href).pathname, json));
}

const tests: Readonly<Record<string, Readonly<Record<string, () => Promise<unknown>>>>> = {
  'the landing page and what it leads to': {
    testLandingPageRetrieval: async () => expectDocument(await get('/'), 'landingPage'),
    testLandingPageValidation: async () => {
      const links = (await get('/')).json.links as { rel: string }[];
      const rels = links.map(({ rel }) => rel);
      const relation = 'http://www.opengis.net/def/rel/ogc/1.0';
      for (const rel of ['service-desc', 'service-doc', `${relation}/conformance`, `${relation}/processes`])
        expect(rels).toContain(rel);
    },
    testValidateConformanceOperationAndResponse: async () => {
      const answer = await get('/conformance');
      expectDocument(answer, 'confClasses');
      expect(answer.json.conformsTo).toContain(
        'http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/core',
      );
    },
  },
  'the list of processes': {
    testPlLimitDefinition: async () => expectDocument(await get('/processes?limit=10'), 'processList'),
    testPlLimitResponse: async () => expect((await get('/processes?limit=1')).json.processes).toHaveLength(1),
    testPlLinks: async () => {
      const seen: string[] = [];
      for (let path = '/processes?limit=7'; path !== ''; ) {
        const page = await get(path);
        expectDocument(page, 'processList');
        seen.push(...page.json.processes.map(({ id }: { id: string }) => id));
        const links = page.json.links as { rel: string; type: string; href: string }[];
        expect(links.map(({ rel, type }) => [rel, type])).toContainEqual(['alternate', 'text/html']);
        const next = links.find(({ rel }) => rel === 'next');
        path = next ? next.href.slice(next.href.indexOf('/processes')) : '';
      }
      const all = (await get('/processes')).json.processes as { id: string }[];
      expect(seen).toEqual(all.map(({ id }) => id));
      expect((await get('/processes?after=none')).status).toBe(400);
    },
    testProcessList: async () => expect((await get('/processes')).json.processes.length).toBeGreaterThan(0),
    testProcessListSuccess: async () => expectDocument(await get('/processes'), 'processList'),
  },
  'the description of a process': {
    testProcess: async () => expectDocument(await get('/processes/echo'), 'process'),
    testProcessSuccess: async () => {
      const { json: list } = await get('/processes');
      for (const { id } of list.processes) {
        const answer = await get(`/processes/${id}`);
        expect([id, faultsOf('process', answer.json)]).toEqual([id, []]);
      }
    },
    testProcessExceptionNoSuchProcess: async () =>
      expectException(await get('/processes/invalid-process-1f6c'), 404, 'no-such-process'),
    testOGCProcessDescriptionInputsDef: async () =>
      expect(Object.keys(echo.inputs).length).toBeGreaterThan(0),
    testOGCProcessDescriptionOutputsDef: async () =>
      expect(Object.keys(echo.outputs).length).toBeGreaterThan(0),
    testOGCProcessDescriptionInputDefinitionOfMixedType: async () =>
      expect(Object.values(echo.inputs).filter(({ schema }) => schema.oneOf)).not.toEqual([]),
    testOGCProcessDescriptionOutputDefinitionOfMixedType: async () =>
      expect(Object.values(echo.outputs).filter(({ schema }) => schema.oneOf)).not.toEqual([]),
  },
  'an answer that is waited for': {
    testJobCreationDefaultExecutionMode: async () => {
      expect(echo.jobControlOptions).toEqual(expect.arrayContaining(['sync-execute', 'async-execute']));
      await expectSuccess(make.plain(echo));
    },
    testJobCreationDefaultOutputs: () => expectSuccess(make.withoutOutputs(echo)),
    testJobCreationInputArray: async () =>
      expect((await expectSuccess(make.withArray(echo))).json).toEqual([1, 2, 3]),
    testJobCreationInputInlineBbox: async () => {
      await expectSuccess(make.withBox(echo));
      const { inputs } = make.withBox(echo);
      const { json: whole } = await expectSuccess(document({ inputs }));
      expect(whole).toMatchObject({ boundingBoxInput: { bbox: [51.9, 7, 52, 7.1] } });
    },
    testJobCreationInputInlineBinary: () => expectSuccess(make.plain(echo)),
    testJobCreationInputInlineMixed: async () =>
      expect((await expectSuccess(document(make.plain(echo)))).json.mixedInput).toBe(TEST_TEXT),
    testJobCreationInputInlineObject: async () =>
      expect((await expectSuccess(document(make.withObject(echo)))).json.objectInput).toEqual({
        value: TEST_TEXT,
      }),
    testJobCreationInputInline: () => expectSuccess(make.plain(echo)),
    testJobCreationInputs: () => expectSuccess(make.plain(echo)),
    testJobCreationInputRef: async () => {
      expect(Object.values(echo.inputs).filter(({ schema }) => isBinary(schema))).toEqual([]);
      expectTextPart(await expectSuccess(make.plain(echo)));
    },
    testJobCreationInputValidation: async () => {
      expectTextPart(await expectSuccess(make.plain(echo)));
      expect(Object.values(echo.inputs).some(({ schema }) => hasMedium(schema))).toBe(true);
      expectException(await execute(make.withWrongMedium(echo)), 400);
    },
    testJobCreationSyncDocument: () => expectSuccess(document(make.plain(echo))),
    testJobCreationSyncRawMixedMulti: () => expectSuccess(raw(make.plain(echo))),
    testJobCreationSyncRawRef: () => expectSuccess(raw(make.plain(echo))),
    testJobCreationSyncRawValueMulti: async () => expectTextPart(await expectSuccess(raw(make.plain(echo)))),
    testJobCreationSyncRawValueOne: async () =>
      expect((await expectSuccess(make.oneOutput(echo))).text).toContain(TEST_TEXT),
    testJobOp: () => expectSuccess(make.plain(echo)),
    testJobResultsSync: () => expectSuccess(make.plain(echo)),
    testJobResultsFailed: async () => expectException(await execute(make.invalid()), 400),
  },
  'a job': {
    testJobCreationAutoExecutionMode: () => expectJob(make.plain(echo)),
    // it sends a blank after the preference
    testJobCreationOp: () => expectJob(make.plain(echo), 'respond-async '),
    testJobSuccess: () => expectJob(make.plain(echo), 'respond-async '),
    testJobCreationRequest: () => expectJob(make.plain(echo)),
    testJobCreationSuccessAsync: () => expectJob(make.plain(echo)),
    testJobResults: () => expectJob(make.plain(echo)),
    testJobResultsAsyncDocument: async () =>
      expect((await resultsOf(await expectJob(document(make.plain(echo))))).json.stringInput).toBe(TEST_TEXT),
    testJobResultsAsyncRawMixedMulti: () => expectJob(make.withObject(echo)),
    testJobResultsAsyncRawRef: () => expectJob(make.withObject(echo)),
    testJobResultsAsyncRawValueMulti: async () =>
      expectTextPart(await resultsOf(await expectJob(make.withObject(echo)))),
    testJobResultsAsyncRawValueOne: async () =>
      expect((await resultsOf(await expectJob(make.oneOutput(echo)))).text).toContain(TEST_TEXT),
    testJobResultsExceptionResultsNotReady: async () => {
      const status = await expectJob(make.withPause(echo));
      expectException(await get(`/jobs/${status.json.jobID}/results`), 404, 'result-not-ready');
      await service.send('DELETE', `/ogc/jobs/${status.json.jobID}`);
    },
    testJobExceptionNoSuchJob: async () =>
      expectException(await get('/jobs/invalid-job-1f6c'), 404, 'no-such-job'),
    testJobResultsNoSuchJob: async () =>
      expectException(await get('/jobs/invalid-job-1f6c/results'), 404, 'no-such-job'),
    testJobList: async () => {
      const { jobID } = (await expectJob(make.plain(echo))).json;
      const list = (await get('/jobs')).json.jobs as { jobID: string }[];
      expect(list.map((job) => job.jobID)).toContain(jobID);
    },
    testJobListSuccess: async () => expectDocument(await get('/jobs'), 'jobList'),
  },
};

for (const [group, cases] of Object.entries(tests)) {
  describe(group, () => {
    for (const [name, test] of Object.entries(cases)) it(name, test);
  });
}

describe('beyond the suite', () => {
  it('the OpenAPI document says its inputs in the words of OpenAPI 3.0', async () => {
    const { paths } = (await get('/api', {})).json;
    const { processes } = (await get('/processes')).json;
    for (const { id } of processes) {
      const { schema } = paths[`/processes/${id}/execution`].post.requestBody.content['application/json'];
      expect([id, faultsOf('apiSchema', schema)]).toEqual([id, []]);
    }
  });

  it('a landing page that was given with a slash at its end leads on', async () => {
    const { status, json: list } = await get('//processes?limit=1');
    expect([status, list.links[0].href]).toEqual([200, 'http://localhost:80/ogc/processes?limit=1']);
    expect((await get('//')).json.title).toContain('OGC');
    expect((await service.get('//ogc/processes')).status).toBe(404);
  });

  it('an answer that was waited for leaves no job behind', async () => {
    const before = (await get('/jobs')).json.jobs.length;
    await execute(make.plain(echo));
    expect((await get('/jobs')).json.jobs).toHaveLength(before);
  });

  it('an error is application/problem+json for everyone who takes it', async () => {
    for (const accept of ['*/*', 'application/problem+json, application/json', 'text/html']) {
      const { headers } = await get('/jobs/none', { accept });
      expect([accept, headers['content-type']]).toEqual([accept, 'application/problem+json']);
    }
  });

  it('a value is taken with its medium and its encoding, in either way of writing them', async () => {
    const image = { mediaType: 'image/tiff', encoding: 'base64' };
    for (const given of [
      { value: 'SUkqAA==', ...image },
      { value: 'SUkqAA==', format: image },
    ]) {
      const answer = await execute(document({ inputs: { imageInput: given } }));
      expect(answer.json).toEqual({ imageInput: 'SUkqAA==' });
    }
    const wrong = { value: 'SUkqAA==', mediaType: 'image/png', encoding: 'hex' };
    const refused = await execute({ inputs: { imageInput: wrong } });
    expect(refused.json.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/inputs/imageInput/mediaType',
      '/inputs/imageInput/encoding',
    ]);
    expect((await execute({ inputs: { imageInput: 'no base64!' } })).status).toBe(400);
  });

  it('an object is its value where it is wrapped, and itself where it only looks so', async () => {
    const echoed = async (objectInput: unknown) =>
      (await execute(document({ inputs: { objectInput } }))).json.objectInput;
    expect(await echoed({ value: { a: 1 } })).toEqual({ a: 1 });
    expect(await echoed({ value: 'a' })).toEqual({ value: 'a' });
  });
});
