/** All pairs of parcels within half a metre, with kinds and edge lengths: seconds, memory, and growth from 1,000 parcels up. */
import { findContacts } from '../src/supply/find-contacts.js';
import { packOutlines } from '../src/supply/outlines.js';
import { parcelMosaic } from './parcel-mosaic.js';
import { heading, median, row, seconds, target, times } from './report.js';

const SIZES = [1_000, 10_000, 100_000] as const;
const LIMITS = { gapToleranceM: 0.1, minSharedEdgeM: 1, reachM: 0.5 };
const GOAL_S = 30;
const GOAL_BYTES = 1e9;

/** Runs small sizes several times: a thousand parcels take less than a collection of memory. */
export async function benchAdjacency(): Promise<void> {
  heading('adjacency: all pairs within 0.5 m, with edge lengths');
  let base: number | undefined;
  for (const count of SIZES) {
    const shapes = parcelMosaic({ count, seed: 7, density: 18, originX: 38_430_000, originY: 3_898_000 });
    const runs: number[] = [];
    let pairs = 0;
    let segments = 0;
    let edges = 0;
    for (let n = 0; n < (count > 10_000 ? 1 : 5); n++) {
      const start = performance.now();
      const outlines = packOutlines(shapes);
      const contacts = await findContacts(outlines, LIMITS);
      runs.push(performance.now() - start);
      pairs = contacts.length;
      edges = contacts.filter(({ kind }) => kind === 'edge').length;
      segments = outlines.edges.order.length;
    }
    const each = median(runs) / count;
    base ??= each;
    row(`${count} parcels`, `${segments} segments, ${pairs} pairs, ${edges} edges, ${seconds(median(runs))}`);
    if (count !== SIZES[0]) target(`  time for each parcel, from ${SIZES[0]}`, each / base, 1.5, times);
    if (count === SIZES.at(-1)) {
      target('  seconds', median(runs) / 1000, GOAL_S, (value) => `${value.toFixed(1)} s`);
      target(
        '  memory (RSS)',
        process.memoryUsage().rss / GOAL_BYTES,
        1,
        (value) => `${value.toFixed(2)} GB`,
      );
    }
  }
}
