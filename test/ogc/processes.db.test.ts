import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Jobs } from '../../src/jobs/jobs.js';
import { measureTable } from '../../src/measures/measure-table.js';
import { checkParts, loadTown, makeCheck, requestFor, town } from '../checks/made-checks.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { bodyOf } from '../overlay/made-ground.js';
import { type Answer, type StandardsApp, standardsApp } from './standards-app.js';

let service: StandardsApp;
let jobs: Jobs;
const parcels = JSON.parse(bodyOf([{ id: 'DK-1', boxes: [[650, 100, 100, 100]] }]).toString());
const EXCEPTIONS = 'http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0';

beforeAll(async () => {
  const db = await openTestDatabase();
  await resetTables(db);
  const limits = { running: 2, waiting: 20, timeLimitMs: 60_000, keptMs: 3_600_000, lostAfterMs: 60_000 };
  jobs = new Jobs(db, limits, () => {});
  service = standardsApp(db, {}, jobs);
  await loadTown({ db, geos: service.geos }, town);
  await jobs.start();
});
afterAll(async () => {
  await jobs.close();
  await service.app.close();
  await service.geos.close();
});

const execute = (id: string, body: object, headers: Record<string, string> = {}): Promise<Answer> =>
  service.send('POST', `/ogc/processes/${id}/execution`, body, headers);
const async = { prefer: 'respond-async' };
const pathOf = (answer: Answer): string => new URL(answer.headers.location!).pathname;
async function status(path: string, wanted: readonly string[]): Promise<Answer> {
  for (;;) {
    const answer = await service.get(path);
    if (wanted.includes(answer.json.status)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('processes', () => {
  it('are listed and described, with links that lead on', async () => {
    const landing = await service.get('/ogc');
    const link = landing.json.links.find(({ rel }: { rel: string }) => rel.endsWith('/processes'));
    const list = await service.get(new URL(link.href).pathname);
    expect(list.json.processes.map(({ id }: { id: string }) => id)).toEqual([
      ...['parcel-check', 'supply-bundles', 'fragments'],
      ...measureTable.map(({ id }) => id),
      'echo',
    ]);
    expect((await service.get('/ogc/processes?limit=1')).json.processes).toHaveLength(1);
    expect((await service.get('/ogc/processes?limit=x')).status).toBe(400);
    const [{ links }] = list.json.processes;
    const described = (await service.get(new URL(links[0].href).pathname)).json;
    expect(described).toMatchObject({
      id: 'parcel-check',
      jobControlOptions: ['sync-execute', 'async-execute', 'dismiss'],
      outputTransmission: ['value'],
      inputs: { parcels: { minOccurs: 1, maxOccurs: 1 }, stage: { minOccurs: 0 } },
    });
    const unknown = await service.get('/ogc/processes/none');
    expect([unknown.status, unknown.json.type]).toEqual([404, `${EXCEPTIONS}/no-such-process`]);
    expect((await execute('none', {})).json.type).toBe(`${EXCEPTIONS}/no-such-process`);
  });

  it('show an example that runs, and stand in the OpenAPI document with it', async () => {
    const { json: api } = await service.get('/ogc/api');
    for (const { id } of (await service.get('/ogc/processes')).json.processes) {
      const { example } = (await service.get(`/ogc/processes/${id}`)).json;
      const operation = api.paths[`/processes/${id}/execution`].post;
      const content = operation.requestBody.content['application/json'];
      expect(content.example).toEqual(example);
      // Ajv reads a limit that excludes its number as a number
      const schema = JSON.parse(JSON.stringify(content.schema), (name, value) =>
        name.startsWith('exclusive') ? undefined : value,
      );
      expect(new Ajv({ strict: false, formats: { date: true } }).validate(schema, example)).toBe(true);
    }
    const classes = (await service.get('/ogc/conformance')).json.conformsTo;
    expect(classes).toContain('http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/core');
  });

  it('answer a check at once: the stored check itself', async () => {
    const direct = await makeCheck(
      checkParts(service.db, service.geos),
      requestFor([{ id: 'DK-1', boxes: [[650, 100, 100, 100]] }]),
    );
    const inputs = { parcels, crs: 'EPSG:4526' };
    const raw = await execute('parcel-check', { inputs }, { 'accept-language': 'en' });
    expect([raw.status, raw.json.sha256, raw.json.verdict]).toEqual([200, direct.sha256, 'prohibited']);
    expect(raw.text).not.toContain('"zh":');
    const whole = await execute('parcel-check', { inputs, response: 'document' });
    expect(whole.json.check.sha256).toBe(direct.sha256);
  });

  it('answer a check later: status, results, and an error where there is none', async () => {
    const asked = await execute('parcel-check', { inputs: { parcels, crs: 'EPSG:4526' } }, async);
    expect([asked.status, asked.headers['preference-applied']]).toEqual([201, 'respond-async']);
    expect(asked.json).toMatchObject({ processID: 'parcel-check', type: 'process' });
    const path = pathOf(asked);
    const done = await status(path, ['successful']);
    expect(done.json.progress).toBe(100);
    const [results] = done.json.links.filter(({ rel }: { rel: string }) => rel.endsWith('/results'));
    const answer = await service.get(new URL(results.href).pathname);
    expect([answer.status, answer.json.verdict]).toEqual([200, 'prohibited']);
    const { json: list } = await service.get('/ogc/jobs?limit=1');
    expect(list.jobs[0].jobID).toBe(done.json.jobID);
    const unknown = await service.get('/ogc/jobs/job_none/results');
    expect([unknown.status, unknown.json.type]).toEqual([404, `${EXCEPTIONS}/no-such-job`]);
  });

  it('refuse a bad request with every fault, and never fetch an address', async () => {
    const href = 'http://127.0.0.1:1/secret';
    const bad = await execute('parcel-check', {
      inputs: { parcels: { href }, stage: 'soon', speed: 1 },
      outputs: { check: { transmissionMode: 'reference' }, map: {} },
      subscriber: { successUri: href },
      response: 'zip',
    });
    expect([bad.status, bad.json.code]).toEqual([400, 'bad-request']);
    expect(bad.json.errors.map(({ code }: { code: string }) => code).sort()).toEqual([
      'bad-value',
      'bad-value',
      'by-reference',
      'by-reference',
      'not-offered',
      'unknown-input',
      'unknown-output',
    ]);
    expect((await execute('parcel-check', { inputs: {} })).json.errors[0].code).toBe('missing-input');
    expect((await execute('echo', { inputs: { stringInput: 5 } })).status).toBe(400);
    expect((await execute('echo', [])).status).toBe(400);
    // the check's own judgement of its parcels comes through, with its places
    const refused = await execute('parcel-check', {
      inputs: { parcels: { type: 'FeatureCollection', features: [] } },
    });
    expect([refused.status, refused.json.code]).toEqual([422, 'bad-parcel']);
  });

  it('read UTF-8 with its mark or without, and no other encoding as if it were that', async () => {
    const send = (payload: Buffer) =>
      service.app.inject({ method: 'POST', url: '/ogc/processes/echo/execution', payload });
    const text = JSON.stringify({ inputs: { stringInput: '水浇地' } });
    for (const head of ['', '\uFEFF']) {
      const { statusCode, payload } = await send(Buffer.from(head + text));
      expect([statusCode, payload]).toEqual([200, '"水浇地"']);
    }
    // 水浇地 in GBK
    const gbk = Buffer.concat([
      Buffer.from('{"inputs":{"stringInput":"'),
      Buffer.from([0xcb, 0xae, 0xbd, 0xbd, 0xb5, 0xd8]),
      Buffer.from('"}}'),
    ]);
    for (const payload of [gbk, Buffer.from(text, 'utf16le')])
      expect((await send(payload)).json()).toMatchObject({ status: 400, errors: [{ code: 'bad-json' }] });
  });

  it('refuse an output in a medium that they do not have', async () => {
    const asked = (mediaType: string) =>
      execute('echo', {
        inputs: { stringInput: 'a' },
        outputs: { stringInput: { format: { mediaType } } },
      });
    const refused = await asked('application/pdf');
    expect([refused.status, refused.json.errors]).toMatchObject([
      400,
      [{ pointer: '/outputs/stringInput/format', code: 'not-offered' }],
    ]);
    for (const medium of ['application/json', 'text/plain']) expect((await asked(medium)).json).toBe('a');
  });

  it('refuse what is nested too deep, and no brackets in a text', async () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const send = (inputs: string) =>
      service.app.inject({
        ...{ method: 'POST', url: '/ogc/processes/echo/execution', payload: `{"inputs":{${inputs}}}` },
      });
    const refused = await send(`"objectInput":{"a":${nested(300)}}`);
    expect(refused.json()).toMatchObject({ status: 400, errors: [{ code: 'too-deep' }] });
    const text = `\\"${'[{'.repeat(300)}\\\\`;
    const taken = await send(`"objectInput":{"a":${nested(100)}},"stringInput":"${text}"`);
    expect(taken.statusCode).toBe(200);
  });

  it('take the facts of the applicant, and refuse those that the rules do not have', async () => {
    const inputs = { parcels, crs: 'EPSG:4526', facts: { activityCategory: 'none' } };
    const answer = await execute('parcel-check', { inputs });
    expect([answer.status, answer.json.facts]).toEqual([200, { activityCategory: 'none' }]);
    const refused = await execute('parcel-check', { inputs: { ...inputs, facts: { colour: 'red' } } });
    expect(refused.json.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/inputs/facts/colour',
    ]);
  });

  it('are pages for people, with the way to run them', async () => {
    const page = async (path: string): Promise<string> => {
      const { status, headers, text } = await service.get(path, { accept: 'text/html' });
      expect([path, status, headers['content-type']]).toEqual([path, 200, 'text/html; charset=utf-8']);
      return text;
    };
    expect(await page('/ogc/processes')).toContain('/ogc/processes/parcel-check?f=html');
    const own = await page('/ogc/processes/parcel-check');
    for (const word of ['rulePack', 'execution', 'pre-review']) expect(own).toContain(word);
    const asked = await execute('echo', { inputs: { stringInput: '<b>' } }, async);
    await status(pathOf(asked), ['successful']);
    expect(await page('/ogc/jobs')).toContain(`${pathOf(asked)}?f=html`);
    expect(await page(pathOf(asked))).toContain(`${pathOf(asked)}/results`);
    const result = await page(`${pathOf(asked)}/results`);
    for (const word of ['&lt;b&gt;', '/results?f=json']) expect(result).toContain(word);
    const raw = await service.get(`${pathOf(asked)}/results`, { accept: '*/*' });
    expect(raw.headers['content-type']).toBe('application/json');
    expect(raw.headers.link).toMatch(/\/results\?f=html>; rel="alternate"; type="text\/html"/);
    const { paths } = (await service.get('/ogc/api')).json;
    expect(paths['/jobs/{jobId}/results'].get.responses['200'].content['text/html']).toBeDefined();
    // other clients are never given a page
    expect((await service.get('/ogc/jobs', { accept: '*/*' })).json.jobs).toBeDefined();
    const links = (await service.get('/ogc/processes')).json.links as { rel: string; type: string }[];
    expect(links.map(({ rel, type }) => [rel, type])).toContainEqual(['alternate', 'text/html']);
  });

  it('show a verdict in the words of what was asked, with figures, ground and layers', async () => {
    const ofCheck = await execute('parcel-check', { inputs: { parcels, crs: 'EPSG:4526' } }, async);
    const { example } = (await service.get('/ogc/processes/mixed-use')).json;
    const ofMeasure = await execute('mixed-use', example, async);
    const results = async (asked: Answer, language: string): Promise<string> => {
      await status(pathOf(asked), ['successful']);
      const headers = { accept: 'text/html', 'accept-language': language };
      return (await service.get(`${pathOf(asked)}/results`, headers)).text;
    };
    const check = await results(ofCheck, 'zh');
    for (const word of ['>涉及—禁止<', 'DK-1', '所用图层', 'check-findings', '全部地块合计', '未审查的图层'])
      expect(check).toContain(word);
    expect(await results(ofCheck, 'en')).toContain('>found: not allowed<');
    const measure = await results(ofMeasure, 'zh');
    expect(measure).toMatch(/结论：<span class="verdict \w+">(符合|需论证\/说明|不符合|无法判定)</);
    expect(measure).toContain('依据');
  });

  it('show bundles and fragments in words, with their ground', async () => {
    for (const [id, words] of [
      ['supply-bundles', ['ZH-01、ZH-02', '>共边<', '无法判定', '<svg']],
      ['fragments', ['零星合计', 'LX-1', '角地<|心地<|花地<', '结论：<span class="verdict ', '<svg']],
    ] as const) {
      const { example } = (await service.get(`/ogc/processes/${id}`)).json;
      const asked = await execute(id, example, async);
      const { json } = await status(pathOf(asked), ['successful', 'failed']);
      expect(json).toMatchObject({ status: 'successful' });
      const { text } = await service.get(`${pathOf(asked)}/results`, { accept: 'text/html' });
      for (const word of words) expect(text).toMatch(new RegExp(word));
      expect(text).not.toMatch(/>(not-eligible|eligible|edge)</);
    }
  });

  it('are not found among the jobs of other kinds', async () => {
    jobs.handle('other', async () => ({}));
    const { id } = await jobs.submit({ kind: 'other', params: {} });
    expect((await service.get(`/ogc/jobs/${id}`)).status).toBe(404);
    const { json } = await service.get('/ogc/jobs');
    expect(json.jobs.every((job: { jobID: string }) => job.jobID !== id)).toBe(true);
  });
});

describe('the echo process', () => {
  it('gives back each kind of value, raw and as a document', async () => {
    const inputs = {
      stringInput: 'Value2',
      numberInput: { value: 3.5 },
      objectInput: { a: [1, { zh: 'x' }] },
      arrayInput: [1, 2, 3],
      boundingBoxInput: { bbox: [51.9, 7, 52, 7.1] },
    };
    const { json } = await execute('echo', { inputs, response: 'document' });
    expect(json).toEqual({ ...inputs, numberInput: 3.5 });
    const one = await execute('echo', { inputs: { stringInput: 'a' }, outputs: { stringInput: {} } });
    expect(one.json).toBe('a');
  });

  it('gives several raw values as parts of one answer, each under its name', async () => {
    const inputs = { stringInput: 'Value2', numberInput: 3.5 };
    const { headers, text } = await execute('echo', { inputs, response: 'raw' });
    const [, boundary] = /^multipart\/related; type="text\/plain"; boundary="([^"]+)"$/.exec(
      headers['content-type']!,
    )!;
    const parts = text.split(`--${boundary}`);
    expect([parts[0], parts.at(-1)]).toEqual(['', '--\r\n']);
    const read = parts.slice(1, -1).map((part) => {
      const [head = '', body = ''] = part.split('\r\n\r\n');
      const [, type] = /Content-Type: ([^\r]+)/.exec(head)!;
      return [/Content-ID: <(\w+)>/.exec(head)![1], type, body.trim()];
    });
    expect(read).toEqual([
      ['stringInput', 'text/plain; charset=utf-8', 'Value2'],
      ['numberInput', 'application/json', '3.5'],
    ]);
  });

  it('is dismissed while it runs, and its results are removed when it has ended', async () => {
    const asked = await execute('echo', { inputs: { stringInput: 'x', pause: 50 } }, async);
    const path = pathOf(asked);
    await status(path, ['running']);
    const early = await service.get(`${path}/results`);
    expect([early.status, early.json.type]).toEqual([404, `${EXCEPTIONS}/result-not-ready`]);
    expect((await service.send('DELETE', path)).json.status).toBe('dismissed');
    expect((await jobs.count()).running).toBe(0);
    const quick = pathOf(await execute('echo', { inputs: { stringInput: 'x' } }, async));
    await status(quick, ['successful']);
    expect((await service.send('DELETE', quick)).json.status).toBe('dismissed');
    expect((await service.get(quick)).json.type).toBe(`${EXCEPTIONS}/no-such-job`);
    expect((await service.send('DELETE', '/ogc/jobs/job_none')).status).toBe(404);
  });
});
