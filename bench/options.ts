/** What the bench is asked for: parts by name, sizes by flags, places by environment. */
import { parseArgs } from 'node:util';

export const partNames = [
  'kernel',
  'turf',
  'server',
  'growth',
  'embedded',
  'supply',
  'txt',
  'files',
  'services',
  'million',
] as const;
export type PartName = (typeof partNames)[number];

export interface BenchOptions {
  parts: readonly PartName[];
  /** Patches of the server part. */
  patches: number;
  /** Patches of the embedded part, and the small end of the growth part. */
  smallPatches: number;
  /** Patches of the far end of the growth part; undefined without `--full`. */
  largePatches: number | undefined;
  parcels: number;
  /** Repetitions of which the median is taken. */
  runs: number;
  seed: number;
  /** A PostgreSQL server on which the bench may make databases of its own. */
  serverUrl: string | undefined;
  /** Folder in which cities, and on the server databases, are kept for the next run; undefined: nothing is kept. */
  keepFolder: string | undefined;
}

export const usage = `npm run bench -- [${partNames.join('] [')}] [flags]

  --patches N    land-use patches of the server, services, million, supply and files parts (200000)
  --small N      patches of the embedded part, and of the near end of growth and supply (20000)
  --full         growth also at 1,000,000 patches
  --parcels N    parcels in the large check (1000)
  --runs N       repetitions of which the median counts (5)
  --seed N       seed of the city (20250127)

  BENCH_DATABASE_URL  a PostgreSQL + PostGIS server to use instead of a private, throw-away one; the bench makes
                      databases of its own there (onemap_bench_…) and touches no other
  BENCH_KEEP          folder in which generated cities, and on that server databases, stay for the next run`;

/** Throws with a sentence for people when an argument is not understood. */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      patches: { type: 'string', default: '200000' },
      small: { type: 'string', default: '20000' },
      full: { type: 'boolean', default: false },
      parcels: { type: 'string', default: '1000' },
      runs: { type: 'string', default: '5' },
      seed: { type: 'string', default: '20250127' },
    },
  });
  const parts = positionals.map((name) => {
    const part = partNames.find((one) => one === name);
    if (!part) throw new Error(`there is no part '${name}': ${partNames.join(', ')}`);
    return part;
  });
  return {
    parts: parts.length > 0 ? partNames.filter((name) => parts.includes(name)) : partNames,
    patches: whole('patches', values.patches, 2_000, 1_000_000),
    smallPatches: whole('small', values.small, 2_000, 1_000_000),
    largePatches: values.full ? 1_000_000 : undefined,
    parcels: whole('parcels', values.parcels, 1, 5_000),
    runs: whole('runs', values.runs, 1, 1_000),
    seed: whole('seed', values.seed, 0, 2 ** 31),
    serverUrl: env.BENCH_DATABASE_URL || undefined,
    keepFolder: env.BENCH_KEEP || undefined,
  };
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`--${name} must be a whole number from ${least} to ${most}`);
}
