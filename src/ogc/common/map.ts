/** A map of features as SVG, without a script: what they are is told where one points, and a click leads to their page. */
import { bySeverity } from '../../policy/evaluate.js';
import type { Language } from '../standard.js';
import { escapeHtml, say } from './pages.js';

export interface DrawnFeature {
  /** What pointing at it tells. */
  label: string;
  /** Its page, where that is another one. */
  href?: string;
  /** Drawn in the colour of the verdict, the gravest on top. */
  verdict?: string;
  /** GeoJSON MultiPolygon coordinates, lon/lat degrees. */
  coordinates: readonly (readonly (readonly (readonly number[])[])[])[];
}

/** Units of the drawing along its longer side: a tenth of a pixel of a wide screen. */
const SIZE = 10_000;
/** Points closer than half a pixel to the one before are left out. */
const STEP = 5;
/** What is smaller gets a spot that can be seen and pointed at on any screen. */
const TINY = 80;
const METRES = 111_320;

type Place = [x: number, y: number];

/** Degrees, longitude shortened by the cosine of the latitude. Empty text for none. */
export function drawMap(features: readonly DrawnFeature[], language: Language): string {
  const [west, south, east, north] = boxOf(features);
  if (!(west <= east)) return '';
  const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const [across, down] = [(east - west) * shrink, north - south];
  const scale = SIZE / Math.max(across, down, 1e-6);
  const place = ([x, y]: readonly number[]): Place => [
    Math.round((x! - west) * shrink * scale),
    Math.round((north - y!) * scale),
  ];
  const shapes = [...features]
    .sort((a, b) => rankOf(a) - rankOf(b))
    .map((feature) => shapeOf(feature, place));
  const [width, height] = [across, down].map((length) => Math.round(length * scale) + 100);
  const linked = features.some(({ href }) => href !== undefined);
  const size = `${groundLength(across)} × ${groundLength(down)}`;
  const caption = say(
    language,
    `图幅 ${size}，上为北。指向图形显示名称${linked ? '，点击查看' : ''}。`,
    `${size}, north is up. Point at a shape for its name${linked ? ', click to see it' : ''}.`,
  );
  const label = say(language, `地图：${features.length} 个要素`, `Map of ${features.length} features`);
  // the keyboard reaches the same pages in the table
  return `<figure><svg viewBox="-50 -50 ${width} ${height}" role="img" aria-label="${label}">${shapes.join('')}</svg><figcaption>${caption}</figcaption></figure>`;
}

const rankOf = ({ verdict }: DrawnFeature): number =>
  (bySeverity as readonly string[]).indexOf(verdict ?? '');

function boxOf(features: readonly DrawnFeature[]): [number, number, number, number] {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { coordinates } of features) {
    for (const position of coordinates.flat(2)) {
      const [x, y] = position as [number, number];
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    }
  }
  return box;
}

function shapeOf(feature: DrawnFeature, place: (position: readonly number[]) => Place): string {
  const { label, href, coordinates } = feature;
  const rings = coordinates.flat(1).map((ring) => ring.map(place));
  const path = `<path fill-rule="evenodd" d="${rings.map(pathOf).join('')}"/>`;
  const inside = `<title>${escapeHtml(label)}</title>${path}${spotOf(rings)}`;
  const tone = rankOf(feature) < 0 ? '' : ` class="${feature.verdict}"`;
  return href === undefined
    ? `<g${tone}>${inside}</g>`
    : `<a href="${escapeHtml(href)}" tabindex="-1"${tone}>${inside}</a>`;
}

/** Steps from point to point: shorter than places. */
function pathOf(ring: readonly Place[]): string {
  const thinned = thin(ring);
  const [first, ...rest] = thinned.length > 2 ? thinned : ring;
  if (!first) return '';
  let [x, y] = first;
  const steps = rest.map(([toX, toY]) => {
    const step = `${toX - x} ${toY - y}`;
    [x, y] = [toX, toY];
    return step;
  });
  return `M${first[0]} ${first[1]}l${steps.join(' ')}z`;
}

function thin(ring: readonly Place[]): Place[] {
  const kept: Place[] = [];
  for (const point of ring) {
    const last = kept.at(-1);
    if (!last || Math.hypot(point[0] - last[0], point[1] - last[1]) >= STEP) kept.push(point);
  }
  return kept;
}

/** Nothing for a shape that is large enough. */
function spotOf(rings: readonly (readonly Place[])[]): string {
  const places = rings.flat();
  const span = (axis: 0 | 1): [number, number] =>
    places.reduce(
      ([least, most], one) => [Math.min(least, one[axis]), Math.max(most, one[axis])],
      [Infinity, -Infinity],
    );
  const [[west, east], [north, south]] = [span(0), span(1)];
  if (!(Math.max(east - west, south - north) < TINY)) return '';
  return `<path class="spot" d="M${Math.round((west + east) / 2)} ${Math.round((north + south) / 2)}h0"/>`;
}

function groundLength(degrees: number): string {
  const metres = degrees * METRES;
  if (metres < 1000) return `${metres.toPrecision(metres < 100 ? 2 : 3)} m`;
  return `${(metres / 1000).toFixed(metres < 10_000 ? 2 : 1)} km`;
}
