import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/core/package-root.js';
import type { Database } from '../../src/database/sql.js';
import { planarAreaM2 } from '../../src/geometry/area-kernel.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { lonLatToAnalysis } from '../../src/geometry/planes.js';
import { exampleOf } from '../../src/measures/measure-examples.js';
import { measureTable } from '../../src/measures/measure-table.js';
import { runMeasure } from '../../src/measures/run-measure.js';
import { loadTestCity } from '../checks/sample-city.js';
import { openTestDatabase } from '../database/test-database.js';
import { cents } from '../overlay/made-ground.js';
import { measureParts } from './made-input.js';
import { writeExample } from './write-example.js';

let db: Database;
const geos = new GeosPool({ workers: 2 });
beforeAll(async () => {
  db = await openTestDatabase();
  await loadTestCity(db, geos, 'small');
});
afterAll(() => geos.close());

const curated = (file: string): { features: object[] } =>
  JSON.parse(readFileSync(join(packageRoot, 'sample-data', 'parcels', `${file}.geojson`), 'utf8'));

const ask = (id: string, input: Record<string, unknown>) => runMeasure(measureParts(geos, db), id, input);

describe('examples on the sample city', () => {
  // those without layers are answered by the unit test
  const onGround = measureTable.filter(({ id, layers }) =>
    process.env.UPDATE_MEASURE_EXAMPLES
      ? layers.length > 0 && id !== 'containment'
      : exampleOf(id).answer.layers.length > 0,
  );
  it.each(onGround)('$id answers as it shows', async ({ id }) => {
    const { input, answer } = exampleOf(id);
    const real = JSON.parse(JSON.stringify(await ask(id, input)));
    if (process.env.UPDATE_MEASURE_EXAMPLES) writeExample(id, real);
    else expect(real).toEqual(answer);
  });
});

describe('split by district', () => {
  const authority = { conversion: 'province', expropriation: 'province' };

  it('divides a parcel on the county border; the parts close and are drawn with their areas', async () => {
    const answer = await ask('split-by-district', {
      project: curated('dk-07-two-counties'),
      level: 'county',
      authority,
    });
    const { districts, totalM2, undeterminedM2 } = answer.result as {
      districts: { code: string; areaM2: number }[];
      totalM2: number;
      undeterminedM2: number;
    };
    expect(answer.verdict).toBe('clear');
    expect(districts.length).toBe(2);
    expect(districts.reduce((sum, one) => sum + cents(one.areaM2), cents(undeterminedM2))).toBe(
      cents(totalM2),
    );
    for (const { code, areaM2 } of districts) {
      const feature = answer.geometry!.features.find((one) => one.id === code)!;
      const drawn = planarAreaM2(lonLatToAnalysis(feature.geometry.coordinates, 38));
      expect(Math.abs(drawn - areaM2)).toBeLessThan(0.03);
    }
  });

  it('is one section by city, and refuses counties where the state approves', async () => {
    const project = curated('dk-07-two-counties');
    const city = await ask('split-by-district', { project, level: 'city', authority });
    expect(city.result).toMatchObject({ districts: [{ code: '4108' }], allowed: true });
    const state = { conversion: 'state', expropriation: 'province' };
    expect((await ask('split-by-district', { project, level: 'county', authority: state })).verdict).toBe(
      'prohibited',
    );
    expect((await ask('split-by-district', { project, level: 'city', authority: state })).verdict).toBe(
      'clear',
    );
  });

  it('leaves ground outside every known district undetermined', async () => {
    // from the laboratory at the south edge of the city 5 km to the south
    const [x, y] = [38_430_745, 3_898_000];
    const ring = [
      [x, y],
      [x, y - 5000],
      [x + 50, y - 5000],
      [x + 50, y],
      [x, y],
    ];
    const project = { type: 'Polygon', coordinates: [ring] };
    const answer = await ask('split-by-district', { project, crs: 'EPSG:4526', level: 'county', authority });
    const { districts, totalM2, undeterminedM2 } = answer.result as {
      districts: { areaM2: number }[];
      totalM2: number;
      undeterminedM2: number;
    };
    expect(answer.verdict).toBe('undetermined');
    expect(undeterminedM2).toBeGreaterThan(1000);
    expect(districts.reduce((sum, one) => sum + cents(one.areaM2), cents(undeterminedM2))).toBe(
      cents(totalM2),
    );
  });
});

describe('a development zone', () => {
  const zone = async (file: string, assessmentPassed = true) =>
    ask('containment', { kind: 'development-zone', inner: curated(file), assessmentPassed });

  it('inside the boundary is clear, unless it fails the assessment', async () => {
    expect((await zone('dk-01-clear')).verdict).toBe('clear');
    expect((await zone('dk-01-clear', false)).verdict).toBe('prohibited');
  });

  it('on the window in the boundary breaks it', async () => {
    const answer = await zone('dk-09-exactly-the-window');
    expect(answer.verdict).toBe('prohibited');
    expect((answer.result as { insideM2: number }).insideM2).toBe(0);
    const beside = await zone('dk-10-beside-the-window');
    expect(beside.verdict).toBe('clear');
  });

  it('beyond the coverage is undetermined', async () => {
    expect((await zone('dk-15-outside-every-coverage')).verdict).toBe('undetermined');
  });
});

describe('replacement farmland', () => {
  const farmland = async (file: string) => {
    const answer = await ask('supplement-farmland', { candidates: curated(file) });
    const result = answer.result as Record<
      'candidatesM2' | 'eligibleM2' | 'doubtfulM2' | 'otherM2' | 'undeterminedM2',
      number
    > & {
      lost: { areaM2: number }[];
    };
    const { candidatesM2, eligibleM2, doubtfulM2, otherM2, undeterminedM2, lost } = result;
    const parts = [eligibleM2, doubtfulM2, otherM2, undeterminedM2, ...lost.map(({ areaM2 }) => areaM2)];
    expect(parts.reduce((sum, one) => sum + cents(one), 0)).toBe(cents(candidatesM2));
    return { answer, result };
  };

  it('closes on every curated parcel, and knows nothing where a line has no data', async () => {
    for (const file of [
      'dk-01-clear',
      'dk-04-red-line-half',
      'dk-18-cut-patch-permanent',
      'dk-21-other-grassland',
      'dk-22-unused-land',
    ])
      await farmland(file);
    const { answer, result } = await farmland('dk-15-outside-every-coverage');
    expect([answer.verdict, result.undeterminedM2]).toEqual(['undetermined', result.candidatesM2]);
  });
});
