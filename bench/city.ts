/** The made-up city of a bench run: generated once into a folder, imported into any database through the service. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CitySummary, generateCity } from '../sample-data/generate-city.js';
import { readConfig } from '../src/cli/config.js';
import { openService } from '../src/cli/open-service.js';
import type { Box } from '../src/core/geometry-types.js';
import { packageRoot } from '../src/core/package-root.js';

export interface City {
  folder: string;
  summary: CitySummary;
  /** EPSG:4490 degrees. */
  box: Box;
}

/** Cities made in this run, each once. */
export class CityShelf {
  private readonly cities = new Map<number, Promise<City>>();
  private temporary: string | undefined;

  constructor(
    private readonly seed: number,
    private readonly keepFolder: string | undefined,
  ) {}

  get(patches: number): Promise<City> {
    let city = this.cities.get(patches);
    if (!city) {
      city = this.make(patches);
      this.cities.set(patches, city);
    }
    return city;
  }

  private async make(patches: number): Promise<City> {
    this.temporary ??= this.keepFolder ? undefined : await mkdtemp(join(tmpdir(), 'onemap-bench-'));
    const folder = join(this.keepFolder ?? this.temporary!, `city-${patches}-${this.seed}`);
    const made = join(folder, 'city.json');
    const summary = existsSync(made)
      ? (JSON.parse(await readFile(made, 'utf8')) as CitySummary)
      : await generateCity({ patches, seed: this.seed, outDir: folder });
    return { folder, summary, box: await boxOfFile(join(folder, 'coverage.geojson')) };
  }

  async clear(): Promise<void> {
    if (this.temporary) await rm(this.temporary, { recursive: true, force: true });
  }
}

async function boxOfFile(path: string): Promise<Box> {
  const { features } = JSON.parse(await readFile(path, 'utf8')) as {
    features: { geometry: { coordinates: unknown } }[];
  };
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  const visit = (node: unknown): void => {
    const [x, y] = node as [unknown, unknown];
    if (typeof x !== 'number' || typeof y !== 'number') {
      for (const child of node as unknown[]) visit(child);
      return;
    }
    if (x < box[0]) box[0] = x;
    if (y < box[1]) box[1] = y;
    if (x > box[2]) box[2] = x;
    if (y > box[3]) box[3] = y;
  };
  for (const { geometry } of features) visit(geometry.coordinates);
  return box;
}

export interface ImportTime {
  layer: string;
  features: number;
  seconds: number;
}

/** Imports every layer of the city, districts first, through the service as the program puts it together. */
export async function importCity(city: City, env: Record<string, string>): Promise<ImportTime[]> {
  const service = await openService(readConfig(env, packageRoot), (reason) => console.error(reason));
  try {
    const times: ImportTime[] = [];
    for (const { id, file, dataDate, coverage } of inOrder(city.summary)) {
      const start = performance.now();
      const { featureCount } = await service.importLayer(
        id,
        { path: join(city.folder, file), name: file },
        {
          dataDate,
          ...(coverage === 'own-union' ? {} : { coverage: { polygonFile: join(city.folder, coverage) } }),
        },
      );
      times.push({ layer: id, features: featureCount, seconds: (performance.now() - start) / 1000 });
    }
    return times;
  } finally {
    await service.close();
  }
}

/** Coverage may be told by districts, so they come first. */
const inOrder = (summary: CitySummary): CitySummary['layers'] =>
  [...summary.layers].sort((a, b) => Number(b.id === 'xzq') - Number(a.id === 'xzq'));
