/** 国土 TXT of ten thousand parcels, read as a check reads it and written back: lines a second, memory, longest turn. */

import { readTxtInTurns } from '../src/formats/read-txt.js';
import { writeTxt } from '../src/formats/write-txt.js';
import { GeosPool } from '../src/geometry/geos-pool.js';
import { defaultParcelLimits } from '../src/parcels/parcel-types.js';
import { readParcelFile } from '../src/parcels/read-parcel-file.js';
import { heading, median, ms, row, seconds } from './report.js';

const PARCELS = 10_000;
const CORNERS = 41;

const limits = { ...defaultParcelLimits, maxFeatures: PARCELS, maxVertices: PARCELS * (CORNERS + 1) };

export async function benchTxt(runs: number): Promise<void> {
  const bytes = bigTxt();
  const lines = PARCELS * (CORNERS + 2);
  heading(`国土 TXT: ${PARCELS} parcels, ${lines} lines, ${(bytes.length / 1e6).toFixed(1)} MB`);
  const txtLimits = { maxParcels: PARCELS, maxVertices: limits.maxVertices, maxFaults: 10 };
  const rate = (time: number): string => `${Math.round(lines / time)} lines/ms`;
  const read = await timed(runs, () => readTxtInTurns(bytes, txtLimits));
  row('read', seconds(read), rate(read));
  const geos = new GeosPool({ workers: 2 });
  try {
    const watch = startWatch();
    const usable = await timed(Math.min(runs, 3), () =>
      readParcelFile({ body: bytes, contentType: 'text/plain', limits }, geos),
    );
    row('read and made usable as parcels', seconds(usable), rate(usable));
    const { longestMs, peakBytes } = watch();
    row('  longest turn of the event loop', ms(longestMs));
    row('  peak memory of the process', `${Math.round(peakBytes / 2 ** 20)} MiB`);
  } finally {
    await geos.close();
  }
  const document = await readTxtInTurns(bytes, txtLimits);
  const written = await timed(runs, async () => writeTxt(document.parcels, { epsg: document.crs! }));
  row('written', seconds(written), rate(written));
}

async function timed(runs: number, work: () => Promise<unknown>): Promise<number> {
  const all: number[] = [];
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    await work();
    all.push(performance.now() - start);
  }
  return median(all);
}

/** Looks every 5 ms; what lies between two looks beyond that was one turn. */
function startWatch(): () => { longestMs: number; peakBytes: number } {
  let last = performance.now();
  let longestMs = 0;
  let peakBytes = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last);
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
    last = now;
  }, 5);
  return () => {
    clearInterval(timer);
    return { longestMs, peakBytes };
  };
}

/** Stars in a grid, none of which meet. */
function bigTxt(): Uint8Array {
  const parts = ['[属性描述]', '坐标系=2000国家大地坐标系', '几度分带=3', '带号=38', '[地块坐标]'];
  for (let n = 0; n < PARCELS; n++) {
    const [east, north] = [38_430_000 + (n % 100) * 150, 3_890_000 + Math.floor(n / 100) * 150];
    parts.push(`${CORNERS},0.5000,DK${n},地块${n},面,,1001,,@`);
    for (let k = 0; k <= CORNERS; k++) {
      const angle = (2 * Math.PI * (k % CORNERS)) / CORNERS;
      const radius = 40 + 20 * Math.sin(n + 7 * (k % CORNERS));
      const [x, y] = [east + radius * Math.cos(angle), north + radius * Math.sin(angle)];
      parts.push(`J${(k % CORNERS) + 1},1,${y.toFixed(3)},${x.toFixed(3)}`);
    }
  }
  return Buffer.from(parts.join('\r\n'));
}
