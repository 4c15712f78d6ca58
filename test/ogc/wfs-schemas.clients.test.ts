/**
 * WFS answers held against the schemas of OGC by xmllint (libxml2). OGC_SCHEMAS names the folder that holds them as
 * https://schemas.opengis.net does: `wfs/2.0/wfs.xsd`, `gml/3.2.1/gml.xsd` …; .ci/run fetches them with a package.
 */
import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SuiteClient, types } from './wfs-suite-client.js';

const schemas = process.env.OGC_SCHEMAS ?? '';

describe.skipIf(schemas === '')('valid by the schemas of OGC', () => {
  let folder: string;
  let suite: SuiteClient;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ogc-schemas-'));
    await layOut();
    suite = await SuiteClient.open();
  });
  afterAll(async () => {
    await suite.close();
    await rm(folder, { recursive: true });
  });

  /** Where the schemas lie instead of in the net; one address each, or libxml2 reads them twice. */
  const local = (text: string): string =>
    text
      .replaceAll('http://schemas.opengis.net/', `${folder}/`)
      .replaceAll(/http:\/\/www\.w3\.org\/(?:1999|2001)\/(xlink|xml)\.xsd/g, `${folder}/$1.xsd`);

  async function layOut(): Promise<void> {
    for (const part of ['filter', 'gml', 'ows', 'wfs', 'iso'])
      await cp(join(schemas, part), join(folder, part), { recursive: true });
    for (const path of await readdir(folder, { recursive: true })) {
      if (!path.endsWith('.xsd')) continue;
      const text = await readFile(join(folder, path), 'utf8');
      await writeFile(join(folder, path), local(text));
    }
    for (const name of ['xlink', 'xml'])
      await cp(join(import.meta.dirname, 'schemas', `${name}.xsd`), join(folder, `${name}.xsd`));
  }

  const answer = async (query: string): Promise<string> =>
    (await suite.service.get(`/wfs?service=WFS&${query}`)).text;

  /** What xmllint has to say of documents under a version of the standard: nothing for valid ones. */
  async function faultsIn(
    version: '2.0.0' | '1.1.0',
    documents: readonly (readonly [name: string, xml: string])[],
  ): Promise<string[]> {
    const application = join(folder, 'application.xsd');
    await writeFile(application, local(await answer(`version=${version}&request=DescribeFeatureType`)));
    const imported =
      version === '2.0.0'
        ? [
            ['http://www.opengis.net/gml/3.2', 'gml/3.2.1/gml.xsd'],
            ['http://www.opengis.net/wfs/2.0', 'wfs/2.0/wfs.xsd'],
          ]
        : [['http://www.opengis.net/wfs', 'wfs/1.1.0/wfs.xsd']];
    const imports = [...imported, ['urn:x-onemap-precheck:features', 'application.xsd']].map(
      ([namespace, path]) => `<xs:import namespace="${namespace}" schemaLocation="${join(folder, path!)}"/>`,
    );
    const whole = join(folder, 'whole.xsd');
    await writeFile(
      whole,
      `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">${imports.join('')}</xs:schema>`,
    );
    for (const [name, xml] of documents) await writeFile(join(folder, `${name}.xml`), xml);
    const paths = documents.map(([name]) => `${name}.xml`);
    const { stderr, status } = spawnSync('xmllint', ['--nonet', '--noout', '--schema', whole, ...paths], {
      ...{ cwd: folder, encoding: 'utf8', maxBuffer: 64e6 },
    });
    const lines = stderr.split('\n').filter((line) => line !== '' && !line.includes('Skipping import'));
    expect(lines.filter((line) => line.endsWith(' validates')).length > 0 || status !== 0).toBe(true);
    return lines.filter((line) => !line.endsWith(' validates'));
  }

  const each = async (query: (type: string) => string): Promise<[string, string][]> => {
    const documents: [string, string][] = [];
    for (const type of types) documents.push([`features-${type}`, await answer(query(type))]);
    return documents;
  };
  const stored = 'storedquery_id=urn:ogc:def:query:OGC-WFS::GetFeatureById';

  it('what WFS 2.0.0 answers', async () => {
    const get = 'version=2.0.0&request=GetFeature';
    const values = 'version=2.0.0&request=GetPropertyValue&typenames';
    const documents = [
      ['capabilities', await answer('request=GetCapabilities')],
      ['stored', await answer('version=2.0.0&request=ListStoredQueries')],
      ['described', await answer('version=2.0.0&request=DescribeStoredQueries')],
      ['hits', await answer(`${get}&typenames=dltb&resulttype=hits&count=2`)],
      ['page', await answer(`${get}&typenames=dltb&count=1&startindex=1&srsname=EPSG:4526`)],
      ['some', await answer(`${get}&typenames=dltb&propertyname=DLBM`)],
      ['one', await answer(`${get}&${stored}&id=dltb.1`)],
      ['ids', await answer(`${values}=dltb&valuereference=@gml:id`)],
      ['geometries', await answer(`${values}=dltb&valuereference=geom`)],
      ['times', await answer(`${values}=check-parcels&valuereference=created_at`)],
      ['fault', await answer(`${get}&typenames=nope`)],
      ...(await each((type) => `${get}&typenames=om:${type}`)),
    ] as const;
    expect(await faultsIn('2.0.0', documents)).toEqual([]);
  });

  it('what WFS 1.1.0 answers', async () => {
    const get = 'version=1.1.0&request=GetFeature';
    const documents = [
      ['capabilities', await answer('version=1.1.0&request=GetCapabilities')],
      ['hits', await answer(`${get}&typename=dltb&resulttype=hits`)],
      ['fault', await answer(`${get}&typename=nope`)],
      ...(await each((type) => `${get}&typename=om:${type}`)),
    ] as const;
    expect(await faultsIn('1.1.0', documents)).toEqual([]);
  });

  it('finds what is wrong', async () => {
    const text = await answer('version=2.0.0&request=GetFeature&typenames=dltb');
    const wrong = text.replaceAll('om:DLBM', 'om:NONE');
    expect((await faultsIn('2.0.0', [['wrong', wrong]])).join('\n')).toContain('NONE');
  });
});
