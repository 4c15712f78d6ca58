import type { LightMyRequestResponse } from 'fastify';
import { describe, expect, it } from 'vitest';
import { geoJson, parcels, testApp } from './test-app.js';

const send = (url: string, payload: string, headers: Record<string, string> = {}) => ({
  method: 'POST' as const,
  url,
  headers: { 'content-type': geoJson, ...headers },
  payload,
});

describe('checks over the network', () => {
  it('answer 201 with the stored check and its address, in one language', async () => {
    const { app } = testApp();
    const made = await app.inject(send('/v1/checks', parcels('attention'), { 'accept-language': 'en-GB' }));
    expect(made.statusCode).toBe(201);
    expect(made.headers['content-language']).toBe('en');
    const check = made.json();
    expect(made.headers.location).toBe(`/v1/checks/${check.id}`);
    expect(check.parcels[0].findings[0]).toMatchObject({
      title: 'Meets the red line',
      requires: ['A report'],
    });
    const read = await app.inject({ url: made.headers.location as string });
    expect(read.json().parcels[0].findings[0].title).toBe('涉及生态保护红线');
    expect(read.json().sha256).toBe(check.sha256);
  });

  it('tell their address as callers know it, behind a proxy with a path', async () => {
    const standards = { stalledReaderMs: 60_000, streams: 4 };
    const configured = { ...standards, publicUrl: 'https://gis.example.cn/onemap', trustProxy: false };
    const trusting = { ...standards, publicUrl: undefined, trustProxy: true };
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'gis.example.cn' };
    const addresses = await Promise.all(
      [configured, trusting].map(async (one) => {
        const request = send('/v1/checks', parcels('clear'), { ...headers, 'x-forwarded-prefix': '/onemap' });
        const made = await testApp({ standards: one }).app.inject(request);
        return [made.headers.location, `https://gis.example.cn/onemap/v1/checks/${made.json().id}`];
      }),
    );
    for (const [location, wanted] of addresses) expect(location).toBe(wanted);
    expect(addresses).toHaveLength(2);
  });

  it('that are stored are not refused afterwards, for a name of the host that can not be used', async () => {
    const standards = { stalledReaderMs: 60_000, streams: 4, publicUrl: undefined, trustProxy: true };
    const request = send('/v1/checks', parcels('clear'), { 'x-forwarded-host': 'a b<c>' });
    const made = await testApp({ standards }).app.inject(request);
    expect(made.statusCode).toBe(201);
    expect(made.headers.location).toBe(`/v1/checks/${made.json().id}`);
  });

  it('hand the bytes on untouched, with every option', async () => {
    const { app, service } = testApp();
    const payload = parcels('clear');
    const query =
      'stage=approval&rulePack=henan-2025&onDate=2025-05-01&asOf=2025-01-01&crs=EPSG:4526&verify=true&repair=true';
    await app.inject(
      send(`/v1/checks?${query}`, payload, {
        'content-type': 'Application/Geo+JSON; charset=utf-8',
        'content-disposition':
          'attachment; filename="x.json"; filename*=UTF-8\'\'..%2F%E5%9C%B0%E5%9D%97.geojson',
      }),
    );
    const { body, ...rest } = service.asked[0]!;
    expect(Buffer.from(body).toString()).toBe(payload);
    expect(rest).toEqual({
      contentType: geoJson,
      fileName: '地块.geojson',
      stage: 'approval',
      rulePack: 'henan-2025',
      onDate: '2025-05-01',
      asOf: '2025-01-01',
      crs: 'EPSG:4526',
      verify: true,
      repair: true,
    });
  });

  it.each(['text/plain; charset=gbk', 'application/octet-stream'])(
    'take a file of another format as %s, byte by byte',
    async (type) => {
      const { app, service } = testApp();
      const payload = Buffer.from('5bcaf4d0d4c3e8caf65d0d0a', 'hex');
      const disposition = 'attachment; filename="dk.txt"';
      const headers = { 'content-type': type, 'content-disposition': disposition };
      await app.inject({ method: 'POST', url: '/v1/checks', headers, payload });
      expect(service.asked[0]).toMatchObject({ contentType: type.split(';')[0], fileName: 'dk.txt' });
      expect(Buffer.from(service.asked[0]!.body)).toEqual(payload);
    },
  );

  it('are handed out as a file, byte by byte, with its name and what was lost', async () => {
    const { app, service } = testApp();
    await app.inject(send('/v1/checks', parcels('clear')));
    const file = await app.inject({ url: '/v1/checks/chk_1/report?f=txt' });
    expect(file.statusCode).toBe(200);
    expect(file.headers).toMatchObject({
      'content-type': 'text/plain; charset=gbk',
      'content-disposition': 'attachment; filename="chk_1.txt"',
      'x-losses': 'characters-lost',
    });
    expect(file.rawPayload.toString('hex')).toBe('5bcaf45d');
    const english = { 'accept-language': 'en' };
    const asked = 'f=csv&what=pieces&crs=EPSG:4526&wkt=true';
    await app.inject({ url: `/v1/checks/chk_1/report?${asked}`, headers: english });
    expect(service.reports).toEqual([
      { format: 'txt', language: 'zh' },
      { format: 'csv', part: 'pieces', crs: 'EPSG:4526', wkt: true, language: 'en' },
    ]);
    expect((await app.inject({ url: '/v1/checks/chk_1/report?f=dwg' })).json().code).toBe('bad-parameter');
    expect((await app.inject({ url: '/v1/checks/chk_1/report' })).json().code).toBe('bad-parameter');
    expect((await app.inject({ url: '/v1/checks/chk_9/report?f=txt' })).statusCode).toBe(404);
  });

  it('tell which formats are read and written, in one language', async () => {
    const { app } = testApp();
    const answer = await app.inject({ url: '/v1/formats', headers: { 'accept-language': 'en' } });
    const { formats } = answer.json();
    expect(formats.slice(0, 3)).toMatchObject([
      { id: 'geojson', name: 'GeoJSON (RFC 7946)', read: ['parcels', 'layers'] },
      { id: 'txt', extensions: ['.txt'], read: ['parcels'] },
      {
        ...{ id: 'csv', read: ['parcels'] },
        written: ['parcels', 'pieces', 'classes', 'findings', 'checklist'],
      },
    ]);
    const others = ['shp', 'gdb', 'gpkg', 'dxf', 'kml', 'mapinfo', 'fgb'];
    expect(formats.map(({ id }: { id: string }) => id)).toEqual(['geojson', 'txt', 'csv', ...others]);
  });

  it('are a pre-review without verification or repair unless asked otherwise', async () => {
    const { app, service } = testApp();
    await app.inject(send('/v1/checks', parcels('clear')));
    const { body: _body, ...rest } = service.asked[0]!;
    expect(rest).toEqual({ contentType: geoJson, stage: 'pre-review', verify: false, repair: false });
  });

  it('come as a form with one file, whose name and type are hints', async () => {
    const { app, service } = testApp();
    const form = (name: string, content: string): object => ({
      method: 'POST',
      url: '/v1/checks?layer=%E5%AE%97%E5%9C%B0&encoding=GBK',
      headers: { 'content-type': 'multipart/form-data; boundary=xyz' },
      payload: `--xyz\r\ncontent-disposition: form-data; name="${name}"; filename="a/宗地.zip"\r\ncontent-type: application/zip\r\n\r\n${content}\r\n--xyz--\r\n`,
    });
    const answer = await app.inject(form('file', parcels('clear')));
    expect(answer.statusCode).toBe(201);
    const { body, ...rest } = service.asked[0]!;
    expect(Buffer.from(body).toString()).toBe(parcels('clear'));
    expect(rest).toMatchObject({
      contentType: 'application/zip',
      fileName: '宗地.zip',
      layer: '宗地',
      encoding: 'GBK',
    });
    const other = await app.inject(form('upload', 'x'));
    expect([other.statusCode, other.json().code]).toEqual([400, 'bad-request']);
    const large = await app.inject(form('file', 'x'.repeat(10_001)));
    expect([large.statusCode, large.json().code]).toEqual([413, 'too-large']);
  });

  it('are listed page by page', async () => {
    const { app } = testApp();
    for (const verdict of ['clear', 'attention', 'clear', 'clear']) {
      await app.inject(send('/v1/checks', parcels(verdict)));
    }
    const seen: string[] = [];
    let url: string | undefined = '/v1/checks?limit=2&verdict=clear';
    while (url) {
      const page: LightMyRequestResponse = await app.inject({ url });
      seen.push(...page.json().checks.map((c: { id: string }) => c.id));
      url = /<(.+)>; rel="next"/.exec(String(page.headers.link ?? ''))?.[1];
    }
    expect(seen).toEqual(['chk_4', 'chk_3', 'chk_1']);
  });

  it('show their pieces as GeoJSON and can be made again', async () => {
    const { app } = testApp();
    await app.inject(send('/v1/checks', parcels('clear')));
    const pieces = await app.inject({ url: '/v1/checks/chk_1/pieces' });
    expect(pieces.headers['content-type']).toBe(geoJson);
    expect(pieces.json()).toEqual({ type: 'FeatureCollection', features: [] });
    const again = await app.inject({ method: 'POST', url: '/v1/checks/chk_1/replay' });
    expect(again.json()).toEqual({ identical: true, sha256: 'a'.repeat(64) });
  });

  it('beyond what fits at once wait, and beyond the queue are refused', async () => {
    const { app, service } = testApp();
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    service.before = () => held;
    // an injected request starts when it is waited for
    const start = async () => (await app.inject(send('/v1/checks', parcels('clear')))).statusCode;
    const first = start();
    const second = start();
    // injected requests are handled in order: when this one is answered, the two before are inside
    const third = await app.inject(send('/v1/checks', parcels('clear')));
    expect(third.json()).toMatchObject({ status: 503, code: 'overloaded' });
    expect(third.headers['retry-after']).toBe('5');
    expect((await app.inject({ url: '/metrics' })).body).toContain('onemap_work_waiting 1\n');
    release();
    expect([await first, await second]).toEqual([201, 201]);
  });

  it('are told apart in the metrics', async () => {
    const { app } = testApp();
    await app.inject(send('/v1/checks', parcels('clear', 'prohibited')));
    await app.inject(send('/v1/checks', '{'));
    await app.inject({ url: '/nowhere/at/all' });
    const { body } = await app.inject({ url: '/metrics' });
    expect(body).toContain('onemap_checks_total{verdict="prohibited"} 1\n');
    expect(body).toContain('onemap_checks_total{verdict="clear"} 0\n');
    expect(body).toContain('onemap_checked_parcels_total 2\n');
    expect(body).toContain('onemap_requests_total{method="POST",route="/v1/checks",status="201"} 1\n');
    expect(body).toContain('onemap_requests_total{method="POST",route="/v1/checks",status="400"} 1\n');
    expect(body).toContain('onemap_requests_total{method="GET",route="unmatched",status="404"} 1\n');
    expect(body).toContain('onemap_request_duration_seconds_count{route="/v1/checks"} 2\n');
    expect(body).toContain('onemap_database_lost_statements_total 3\n');
    expect(body).toContain('onemap_cache_bytes 42\n');
  });

  it('leave no coordinate, query or key in the log', async () => {
    const { app, log } = testApp();
    await app.inject(
      send('/v1/checks?stage=approval&crs=4526', parcels('clear'), { authorization: 'Bearer omk_secret' }),
    );
    await app.inject({ url: '/nowhere?at=113.123456,35.654321' });
    const text = log.join('');
    expect(text).toContain('"route":"/v1/checks","status":201');
    expect(text).not.toMatch(/113\.1|35\.6|approval|4526|omk_|DK-1/);
  });
});

describe('state of the service', () => {
  it('is alive even when not ready', async () => {
    const { app, service } = testApp();
    service.ready = false;
    expect((await app.inject({ url: '/healthz' })).json()).toEqual({ status: 'ok', version: '9.9.9' });
    const ready = await app.inject({ url: '/readyz', headers: { 'accept-language': 'en' } });
    expect(ready.statusCode).toBe(503);
    expect(ready.json().reasons).toEqual(['The database cannot be reached.']);
    service.ready = true;
    expect((await app.inject({ url: '/readyz' })).statusCode).toBe(200);
  });
});
