import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import { isFlat, readGmlGeometry } from '../../src/ogc/wfs/gml-in.js';
import { gmlPropertyIn, isIdPath, propertyIn, typeNamesIn } from '../../src/ogc/wfs/property-path.js';
import { readWfsRequest } from '../../src/ogc/wfs/wfs-request.js';
import { decodeXml, readXml } from '../../src/ogc/wfs/xml.js';

const codeOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return (error.facts.ows as { code: string }).code;
  }
};

const utf16 = (text: string, big: boolean): Uint8Array => {
  const bytes = Buffer.from(text, 'utf16le');
  return big ? bytes.swap16() : bytes;
};
/** 水浇地 in GBK. */
const GBK_WORD = [0xcb, 0xae, 0xbd, 0xbd, 0xb5, 0xd8];
const gbk = (head: string): Uint8Array =>
  new Uint8Array([...Buffer.from(`${head}<a>`), ...GBK_WORD, ...Buffer.from('</a>')]);

describe('the encoding of XML that comes in', () => {
  it.each([
    ['UTF-8', Buffer.from('<a>水浇地</a>'), undefined],
    ['UTF-8 with its mark', Buffer.from('\uFEFF<a>水浇地</a>'), undefined],
    [
      'UTF-16 with its mark',
      utf16('\uFEFF<?xml version="1.0" encoding="UTF-16"?><a>水浇地</a>', false),
      undefined,
    ],
    ['UTF-16 big end first', utf16('\uFEFF<a>水浇地</a>', true), undefined],
    ['UTF-16 without a mark', utf16('<a>水浇地</a>', false), undefined],
    ['GBK by its declaration', gbk('<?xml version="1.0" encoding="GBK"?>'), undefined],
    ['GB2312 by its charset', gbk(''), 'gb2312'],
  ])('%s', (_name, bytes, charset) => {
    expect(readXml(decodeXml(bytes, charset, 'request'), 'request').text).toBe('水浇地');
  });

  it.each([
    ['GBK that says nothing', gbk(''), undefined],
    ['an encoding that nobody knows', Buffer.from('<?xml version="1.0" encoding="klingon"?><a/>'), undefined],
    ['a charset that nobody knows', Buffer.from('<a/>'), 'klingon'],
    ['UTF-7', Buffer.from('<?xml version="1.0" encoding="UTF-7"?><a/>'), undefined],
    ['no text at all', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0xff]), undefined],
  ])('%s is refused', (_name, bytes, charset) => {
    expect(codeOf(() => decodeXml(bytes, charset, 'request'))).toBe('OperationParsingFailed');
  });
});

describe('what XML may cost', () => {
  it.each([
    ['attributes', `<a ${Array.from({ length: 201 }, (_, i) => `a${i}="1"`).join(' ')}/>`],
    ['declarations', `<a ${Array.from({ length: 201 }, (_, i) => `xmlns:a${i}="1"`).join(' ')}/>`],
    ['depth', '<a>'.repeat(61)],
    ['elements', `<a>${'<b/>'.repeat(100_000)}</a>`],
    ['characters', `<a x="${'y'.repeat(2_000_000)}"/>`],
    ['an attribute twice', '<a b="1" b="2"/>'],
    ['a character that XML has not', '<a>&#0;</a>'],
    ['two roots', '<a/><a/>'],
    ['a doctype', '<!DOCTYPE a><a/>'],
  ])('%s are bounded', (_name, xml) => {
    expect(codeOf(() => readXml(xml, 'request'))).toBe('OperationParsingFailed');
  });

  it.each(['application/xml', 'application/x-www-form-urlencoded'])(
    'a body of %s is bounded before it is read',
    (type) => {
      const request = (body: Uint8Array) => () =>
        readWfsRequest({
          ...{ method: 'POST', path: '/wfs', params: {}, query: [], headers: { 'content-type': type }, body },
          ...{ base: '', language: 'zh', signal: new AbortController().signal },
        });
      expect(codeOf(request(Buffer.alloc(8_000_001, 'a')))).toBe('OperationParsingFailed');
      const pairs = 'service=WFS&request=GetCapabilities';
      const small = type.endsWith('xml') ? '<GetCapabilities service="WFS"/>' : pairs;
      expect(request(Buffer.from(small))().operation).toBe('GetCapabilities');
    },
  );

  it('declarations reach what lies inside, and are no attributes', () => {
    const root = readXml(
      '<a xmlns="urn:d" xmlns:id="urn:i" gml:id="x"><b xmlns:c="urn:c"/><b/></a>',
      'request',
    );
    expect(root.attributes).toEqual({ id: 'x' });
    const [inner, other] = root.children;
    expect([inner!.namespaces.c, inner!.namespaces.id, other!.namespaces.c]).toEqual([
      'urn:c',
      'urn:i',
      undefined,
    ]);
    expect('toString' in root.namespaces).toBe(false);
  });
});

describe('paths', () => {
  it.each([
    ['DLBM', 'DLBM'],
    ['om:DLBM', 'DLBM'],
    ['om:dltb/om:DLBM', 'DLBM'],
    ['/om:dltb/om:DLBM[1]', 'DLBM'],
    ['schema-element(om:dltb)/om:DLBM', 'DLBM'],
  ])('%s leads to %s', (path, name) => {
    expect(propertyIn(path)).toBe(name);
  });

  it('to the id', () => {
    expect(['@gml:id', 'om:dltb/@gml:id', '@id'].map(isIdPath)).toEqual([true, true, true]);
    expect(['gml:id', '@gml:idx', 'id', '@fid'].map(isIdPath)).toEqual([false, false, false, false]);
  });

  it('to what GML gives every feature: by its namespace, whatever the prefix', () => {
    const gml = 'http://www.opengis.net/gml/3.2';
    expect(gmlPropertyIn('gml:name', {})).toBe('name');
    expect(gmlPropertyIn('tns:name', { tns: gml })).toBe('name');
    expect(gmlPropertyIn('om:dltb/g:boundedBy', { g: 'http://www.opengis.net/gml' })).toBe('boundedBy');
    expect(gmlPropertyIn('name', { '': gml })).toBe('name');
    expect(gmlPropertyIn('name', {})).toBeUndefined();
    expect(gmlPropertyIn('gml:name', { gml: 'urn:other' })).toBeUndefined();
    expect(gmlPropertyIn('gml:DLBM', { gml })).toBeUndefined();
  });

  it('names of types in every way of writing a list', () => {
    for (const text of ['om:a,om:b', 'om:a om:b', '(om:a)(om:b)', '(om:a,om:b)', 'schema-element(om:a),om:b'])
      expect([text, typeNamesIn(text)]).toEqual([text, ['om:a', 'om:b']]);
  });
});

describe('geometries', () => {
  const read = (xml: string) => readGmlGeometry(readXml(xml, 'filter'));
  const line = (attributes: string, list: string) =>
    `<gml:LineString ${attributes}><gml:posList ${list}>35 113 9 36 114 9</gml:posList></gml:LineString>`;

  it('take the dimension and the system from wherever they stand', () => {
    const expected = {
      type: 'LineString',
      coordinates: [
        [113, 35],
        [114, 36],
      ],
    };
    expect(read(line('srsDimension="3"', ''))).toEqual(expected);
    expect(read(line('', 'srsDimension="3"'))).toEqual(expected);
    expect(
      read(
        `<gml:MultiCurve><gml:curveMember>${line('srsDimension="3" srsName="EPSG:4490"', '').replace('35 113 9 36 114', '113 35 9 114 36')}</gml:curveMember></gml:MultiCurve>`,
      ),
    ).toEqual({
      type: 'MultiLineString',
      coordinates: [
        [
          [113, 35],
          [114, 36],
        ],
      ],
    });
  });

  it('have the order of axes that they say, or the one they can only be meant in', () => {
    const box = (srs: string, lower: string, upper: string) =>
      read(
        `<gml:Envelope ${srs}><gml:lowerCorner>${lower}</gml:lowerCorner><gml:upperCorner>${upper}</gml:upperCorner></gml:Envelope>`,
      );
    expect(box('', '35 113', '36 114')).toMatchObject({ bbox: [35, 113, 36, 114] });
    expect(box('', '113 35', '114 36')).toMatchObject({ bbox: [35, 113, 36, 114] });
    expect(box('srsName="EPSG:4490"', '113 35', '114 36')).toMatchObject({ bbox: [113, 35, 114, 36] });
    const urn = 'srsName="urn:ogc:def:crs:EPSG::4490"';
    expect(codeOf(() => box(urn, '113 35', '114 36'))).toBe('InvalidParameterValue');
    expect(codeOf(() => box('srsName="EPSG:4490"', '35 113', '36 114'))).toBe('InvalidParameterValue');
    expect(codeOf(() => box('', 'x 35', '114 36'))).toBe('InvalidParameterValue');
    const path = (srs: string) =>
      read(`<gml:LineString ${srs}><gml:posList>113 35 114 36</gml:posList></gml:LineString>`);
    const expected = { type: 'LineString', coordinates: [[113, 35], [114, 36]] }; // biome-ignore format: one line
    expect(path('')).toEqual(expected);
    expect(path('srsName="EPSG:4490"')).toEqual(expected);
    expect(codeOf(() => path(urn))).toBe('InvalidParameterValue');
    // a box that a map of the world asks for goes beyond the poles, on both sides
    expect(box(urn, '-120 -200', '120 200')).toMatchObject({ bbox: [-120, -200, 120, 200] });
  });

  it('of which the parts contradict each other are refused', () => {
    const member = (srs: string) =>
      `<gml:pointMember><gml:Point srsName="${srs}"><gml:pos>1 2</gml:pos></gml:Point></gml:pointMember>`;
    const mixed = `<gml:MultiPoint>${member('EPSG:4490')}${member('EPSG:4526')}</gml:MultiPoint>`;
    expect(codeOf(() => read(mixed))).toBe('InvalidParameterValue');
  });

  it('without extent are told from those with one', () => {
    const ring = (list: string) =>
      read(
        `<gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>${list}</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>`,
      );
    const path = (list: string) =>
      read(`<gml:LineString><gml:posList>${list}</gml:posList></gml:LineString>`);
    expect(isFlat(ring('35 113 35 113 35 113 35 113'))).toBe(true);
    expect(isFlat(ring('35 113 36 113 36 113 35 113'))).toBe(true);
    expect(isFlat(ring('35 113 36 113 36 114 35 113'))).toBe(false);
    expect(isFlat(path('35 113 35 113'))).toBe(true);
    expect(isFlat(path('35 113 35 114'))).toBe(false);
    expect(isFlat(read('<gml:Point><gml:pos>35 113</gml:pos></gml:Point>'))).toBe(false);
    expect(isFlat(read('<gml:Polygon/>'))).toBe(false);
  });
});
