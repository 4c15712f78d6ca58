/** The filters that OGC's executable test suite for WFS 2.0 sends, for every feature type; tests bear its names. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  constraintsIn,
  everywhere,
  idsOf,
  members,
  reference,
  SuiteClient,
  type TypeName,
  typed,
  types,
  valuesOf,
} from './wfs-suite-client.js';
import { all, ns, textOf, type XmlElement } from './xml-tree.js';

let suite: SuiteClient;
beforeAll(async () => {
  suite = await SuiteClient.open();
});
afterAll(() => suite.close());

const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
const comparison = (operator: string, name: string, value: string, action = 'Any'): string =>
  `<${operator} matchAction="${action}" matchCase="true"><Literal>${escaped(value)}</Literal>${reference(name)}</${operator}>`;

describe('filters of Basic WFS', () => {
  it('PropertyIsNullOperatorTests.gmlNameIsNull', async () => {
    await everywhere(async (binding, type) => {
      const gmlName = '<PropertyIsNull><ValueReference>gml:name</ValueReference></PropertyIsNull>';
      // the prefix is bound outside of the filter in XML, and nowhere in KVP
      const root = await suite.features(binding, { type, filter: gmlName }, { count: '25' });
      expect(idsOf(root)).toEqual(idsOf(suite.samples[type]));
      const none = await suite.features(binding, { type, filter: `<Not>${gmlName}</Not>` });
      expect(members(none)).toEqual([]);
    });
  });

  it('PropertyIsNullOperatorTests.propertyIsNotNull: for every property', async () => {
    await everywhere(async (binding, type) => {
      for (const { name } of suite.propertiesOf(type)) {
        const isNull = `<PropertyIsNull>${reference(name)}</PropertyIsNull>`;
        const with_ = await suite.features(binding, { type, filter: `<Not>${isNull}</Not>` });
        const without = await suite.features(binding, { type, filter: isNull });
        expect(members(with_).every((one) => all(one, typed(name)).length > 0)).toBe(true);
        expect(members(without).every((one) => all(one, typed(name)).length === 0)).toBe(true);
        const every = await suite.features(binding, { type });
        expect([name, members(with_).length + members(without).length]).toEqual([
          name,
          members(every).length,
        ]);
      }
    });
  });

  it('PropertyIsNilOperatorTests.propertyIsNil: no property is nil, none is declared so', async () => {
    await everywhere(async (binding, type) => {
      for (const { name } of suite.propertiesOf(type)) {
        const filter = `<PropertyIsNil>${reference(name)}</PropertyIsNil>`;
        expect(members(await suite.features(binding, { type, filter }))).toEqual([]);
      }
      expect(JSON.stringify(suite.samples[type])).not.toContain(`{${ns.xsi}}nil`);
    });
  });

  it('PropertyIsEqualToOperatorTests.propertyIsEqualTo_caseSensitive, propertyIsNotEqualTo_caseSensitive', async () => {
    await everywhere(async (binding, type) => {
      for (const property of suite.propertiesOf(type).slice(1)) {
        const [value] = valuesOf(suite.samples[type], property.name);
        if (value === undefined) continue;
        const equal = await suite.features(binding, {
          type,
          filter: comparison('PropertyIsEqualTo', property.name, value),
        });
        expect([property.name, members(equal).length > 0]).toEqual([property.name, true]);
        for (const one of members(equal)) expect(valuesOf(one, property.name)).toEqual([value]);
        const filter = comparison('PropertyIsNotEqualTo', property.name, value, 'All');
        const other = await suite.features(binding, { type, filter });
        for (const one of members(other)) expect(valuesOf(one, property.name)).not.toContain(value);
        const every = members(await suite.features(binding, { type })).flatMap((one) =>
          valuesOf(one, property.name),
        );
        expect(members(equal).length + members(other).length).toBe(every.length);
      }
    });
  });

  // ways in which the suite writes the bounds that it found: xs:date with an offset, times without fractions, plain decimals
  const literals = (type: string, value: string): string[] => {
    if (type === 'xs:date') return [value, `${value}Z`, `${value}+08:00`];
    if (type === 'xs:dateTime')
      return [value, value.replace(/\.\d+Z$/, 'Z'), value.replace(/\.\d+Z$/, '+00:00')];
    return [value, Number(value).toExponential()];
  };
  const inOrder = {
    PropertyIsLessThan: (value: number, bound: number) => value < bound,
    PropertyIsGreaterThan: (value: number, bound: number) => value > bound,
    PropertyIsLessThanOrEqualTo: (value: number, bound: number) => value <= bound,
    PropertyIsGreaterThanOrEqualTo: (value: number, bound: number) => value >= bound,
  } as const;

  it.each(Object.entries(inOrder))(
    'ComparisonOperatorTests.%s, matchAny and matchAll',
    async (operator, holds) => {
      await everywhere(async (binding, type) => {
        for (const kind of [/^xs:(?:double|integer)$/, /^xs:date$/, /^xs:dateTime$/]) {
          const property = suite.sampled(type, kind);
          if (!property) continue;
          const number = (text: string): number =>
            property.type.startsWith('xs:date')
              ? Date.parse(text.replace(/^(\d{4}-\d{2}-\d{2})(?:Z|\+08:00)$/, '$1'))
              : Number(text);
          const sorted = [...property.values].sort((a, b) => number(a) - number(b));
          for (const bound of [sorted[0]!, sorted.at(-1)!].flatMap((value) => literals(property.type, value)))
            for (const action of ['Any', 'All']) {
              const filter = comparison(operator, property.name, bound, action);
              const found = await suite.features(binding, { type, filter });
              const every = members(await suite.features(binding, { type }));
              const expected = every.filter((one) =>
                valuesOf(one, property.name).some((value) => holds(number(value), number(bound))),
              );
              expect([type, property.name, bound, members(found).length]).toEqual([
                ...[type, property.name, bound],
                expected.length,
              ]);
            }
        }
      });
    },
  );

  it('ComparisonOperatorTests.invalidPropertyReference', async () => {
    await everywhere(async (binding, type) => {
      const filter =
        '<PropertyIsLessThanOrEqualTo matchAction="Any" matchCase="true"><Literal>1355941270</Literal><ValueReference xmlns:ex="http://example.org">ex:undefined</ValueReference></PropertyIsLessThanOrEqualTo>';
      const request = { operation: 'GetFeature', query: { type, filter } };
      await suite.expectException(binding, request, { codes: ['InvalidParameterValue'] });
    });
  });

  it('ComparisonOperatorTests.invalidOperand_boundedBy', async () => {
    await everywhere(async (binding, type) => {
      const envelope = `<gml:Envelope xmlns:gml="${ns.gml}" srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>-90 -180</gml:lowerCorner><gml:upperCorner>90 180</gml:upperCorner></gml:Envelope>`;
      const filter = `<PropertyIsLessThanOrEqualTo matchAction="Any" matchCase="true"><Literal>${envelope}</Literal><ValueReference>gml:boundedBy</ValueReference></PropertyIsLessThanOrEqualTo>`;
      const request = { operation: 'GetFeature', query: { type, filter } };
      await suite.expectException(binding, request, {
        codes: ['OperationProcessingFailed'],
        statuses: [400, 403, 500],
      });
    });
  });

  it('PropertyIsLikeOperatorTests.propertyIsLike, propertyIsNotLike', async () => {
    await everywhere(async (binding, type) => {
      for (const property of suite.propertiesOf(type).filter((one) => one.type === 'xs:string')) {
        const [value] = valuesOf(suite.samples[type], property.name);
        if (value === undefined) continue;
        // its way to a pattern: the first two characters give way to a wildcard
        const rest = value.slice(2);
        const like = `<PropertyIsLike escapeChar="\\" singleChar="?" wildCard="*">${reference(property.name)}<Literal>*${escaped(rest)}</Literal></PropertyIsLike>`;
        const found = members(await suite.features(binding, { type, filter: like }));
        const others = members(await suite.features(binding, { type, filter: `<Not>${like}</Not>` }));
        const ends = (one: XmlElement) => valuesOf(one, property.name).some((text) => text.endsWith(rest));
        expect([property.name, found.length > 0, found.every(ends)]).toEqual([property.name, true, true]);
        expect([property.name, others.some(ends)]).toEqual([property.name, false]);
      }
    });
  });

  it('ResourceIdFilterTests.twoValidFeatureIdentifiers, unknownFeatureIdentifier', async () => {
    await everywhere(async (binding, type) => {
      const ids = idsOf(suite.samples[type]).slice(-2);
      expect(idsOf(await suite.features(binding, { type, ids })).sort()).toEqual([...ids].sort());
      const unknown = ['test-b5c1dd36-2a86-4a0e-8b6e-9d3a7f0a8f4b'];
      expect(members(await suite.features(binding, { type, ids: unknown }))).toEqual([]);
    });
  });

  it('ResourceIdFilterTests.inconsistentFeatureIdentifierAndType', async () => {
    await everywhere(async (binding, type) => {
      for (const other of types.filter((one) => one !== type)) {
        const query = { type, ids: [idsOf(suite.samples[other])[0]!] };
        await suite.expectException(
          binding,
          { operation: 'GetFeature', query },
          { codes: ['InvalidParameterValue'], locator: /resourceId/i },
        );
      }
    });
  });
});

/** The box of the first geometry of a sample in its own order of axes, each bound moved by `margin` and cut to 2 decimals. */
function roughBox(type: TypeName, margin: number): { lower: number[]; upper: number[]; srsName: string } {
  const [surface] = all(suite.samples[type], 'gml:MultiSurface');
  const numbers = all(surface!, 'gml:posList').flatMap((list) => textOf(list).split(' ').map(Number));
  const cut = (value: number): number => Math.trunc(value * 100) / 100;
  const axes = [0, 1].map((axis) => numbers.filter((_, i) => i % 2 === axis));
  return {
    lower: axes.map((axis) => cut(Math.min(...axis) - margin)),
    upper: axes.map((axis) => cut(Math.max(...axis) + margin)),
    srsName: surface!.attributes.srsName!,
  };
}

const gmlNs = `xmlns:gml="${ns.gml}"`;

describe('spatial filters', () => {
  const bbox = (type: TypeName, at: string): string => {
    const { lower, upper, srsName } = roughBox(type, 0.01);
    return `<BBOX>${at}<gml:Envelope ${gmlNs} srsName="${srsName}"><gml:lowerCorner>${lower.join(' ')}</gml:lowerCorner><gml:upperCorner>${upper.join(' ')}</gml:upperCorner></gml:Envelope></BBOX>`;
  };

  it('BBOXTests.nonSpecificBBOX, bboxWithDefaultExtent', async () => {
    await everywhere(async (binding, type) => {
      for (const at of ['', reference('geom'), '<ValueReference>gml:boundedBy</ValueReference>'])
        expect(
          members(await suite.features(binding, { type, filter: bbox(type, at) })).length,
        ).toBeGreaterThan(0);
    });
  });

  it('BBOXTests.invalidGeometryOperand', async () => {
    await everywhere(async (binding, type) => {
      const names = [
        `<ValueReference xmlns:tns="${ns.gml}">tns:description</ValueReference>`,
        reference(suite.propertiesOf(type)[1]!.name),
      ];
      for (const name of names) {
        const request = { operation: 'GetFeature', query: { type, filter: bbox(type, name) } };
        await suite.expectException(binding, request, { codes: ['InvalidParameterValue'] });
      }
    });
  });

  it('IntersectsTests.intersectsPolygon, intersectsCurve: also where rounding leaves no extent', async () => {
    expect(constraintsIn(suite.capabilities, 'fes:Constraint').ImplementsSpatialFilter).toBe('TRUE');
    await everywhere(async (binding, type) => {
      for (const margin of [0, 0.05]) {
        const { lower, upper, srsName } = roughBox(type, margin);
        const [a1, b1, a2, b2] = [...lower, ...upper] as [number, number, number, number];
        const flat = a1 === a2 || b1 === b2;
        const ring = [a1, b1, a1, b2, a2, b2, a2, b1, a1, b1].join(' ');
        const shapes = [
          `<gml:Polygon ${gmlNs} gml:id="d0e1" srsName="${srsName}"><gml:exterior><gml:LinearRing><gml:posList>${ring}</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>`,
          `<gml:LineString ${gmlNs} gml:id="d0e1" srsName="${srsName}"><gml:posList>${lower.join(' ')} ${upper.join(' ')}</gml:posList></gml:LineString>`,
          `<gml:Curve ${gmlNs} gml:id="d0e1" srsName="${srsName}"><gml:segments><gml:LineStringSegment><gml:posList>${lower.join(' ')} ${upper.join(' ')}</gml:posList></gml:LineStringSegment></gml:segments></gml:Curve>`,
        ];
        for (const shape of shapes) {
          const filter = `<Intersects>${reference('geom')}${shape}</Intersects>`;
          const found = members(await suite.features(binding, { type, filter }));
          if (margin > 0 && shape === shapes[0]) expect(found.length).toBeGreaterThan(0);
          if (flat && shape === shapes[0]) expect(found).toEqual([]);
        }
      }
    });
  });
});

describe('temporal filters', () => {
  const day = 24 * 3600_000;
  const period = (from: number, to: number): string =>
    `<gml:TimePeriod ${gmlNs} gml:id="tp-1"><gml:beginPosition>${new Date(from).toISOString()}</gml:beginPosition><gml:endPosition>${new Date(to).toISOString()}</gml:endPosition></gml:TimePeriod>`;
  const instant = (time: number, offset = 'Z'): string => {
    const hours = offset === 'Z' ? 0 : Number(offset.slice(1, 3));
    const text = new Date(time + hours * 3600_000).toISOString().replace('Z', offset);
    return `<gml:TimeInstant ${gmlNs} gml:id="t-1"><gml:timePosition>${text}</gml:timePosition></gml:TimeInstant>`;
  };

  it('AfterTests, BeforeTests, DuringTests: instants, offsets, periods', async () => {
    expect(constraintsIn(suite.capabilities, 'fes:Constraint').ImplementsMinTemporalFilter).toBe('TRUE');
    await everywhere(async (binding, type) => {
      const property = suite.sampled(type, /^xs:date/)!;
      const times = property.values.map((value) => Date.parse(value)).sort((a, b) => a - b);
      const [first, last] = [times[0]!, times.at(-1)!];
      const found = async (operator: string, literal: string): Promise<number> =>
        members(
          await suite.features(binding, {
            type,
            filter: `<${operator}>${reference(property.name)}${literal}</${operator}>`,
          }),
        ).length;
      const every = await found('During', period(first - day - 3600_000, last + 2 * day));
      expect(every).toBeGreaterThanOrEqual(times.length);
      for (const literal of [
        period(first - 3 * day, first - day),
        instant(first - day),
        instant(first - day, '+09:00'),
      ]) {
        expect([type, literal, await found('After', literal)]).toEqual([type, literal, every]);
        expect([type, literal, await found('Before', literal)]).toEqual([type, literal, 0]);
      }
      for (const literal of [
        period(last + 2 * day, last + 3 * day),
        instant(last + 2 * day),
        instant(last + 2 * day, '+09:00'),
      ]) {
        expect([type, literal, await found('Before', literal)]).toEqual([type, literal, every]);
        expect([type, literal, await found('After', literal)]).toEqual([type, literal, 0]);
      }
      expect(await found('During', period(last + 2 * day, last + 3 * day))).toBe(0);
    });
  });

  it('times are written so that the suite can read them: no fraction or three digits, with an offset', () => {
    for (const type of types) {
      const property = suite.sampled(type, /^xs:dateTime$/);
      for (const value of property?.values ?? [])
        expect(value).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{3})?(?:Z|[+-]\d{2}:\d{2})$/);
    }
  });
});
