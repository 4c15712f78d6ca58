/** The overlap pieces of a stored check as GeoJSON, drawn from the pinned versions; figures are those of the answer. */
import type { MultiPolygonGeometry } from '../core/geometry-types.js';
import type { LayerSnapshot } from '../layers/layer-types.js';
import { constructPieces } from '../overlay/construct-pieces.js';
import { throwIfStopped } from '../overlay/measure-ground.js';
import { isPresent } from '../overlay/measure-overlaps.js';
import { shapeOfParcel } from '../overlay/shapes.js';
import type { ParcelWarning } from '../parcels/parcel-types.js';
import type { CheckParts, PinnedInput, PinnedRequest } from './check-parts.js';
import type { Check, CheckOverlay, CheckParcel } from './check-types.js';
import { readAnswer } from './read-checks.js';
import { checkNotFound, pinnedInput } from './replay-check.js';

export interface PieceFeature {
  type: 'Feature';
  id: string;
  geometry: MultiPolygonGeometry;
  properties: Record<string, unknown>;
}

/** @returns FeatureCollection, EPSG:4490 lon/lat to 10 decimals. */
export async function checkPieces(
  parts: CheckParts,
  checkId: string,
  signal?: AbortSignal,
): Promise<{ type: 'FeatureCollection'; features: PieceFeature[] }> {
  const row = await readAnswer(parts.db, checkId);
  if (!row) throw checkNotFound(checkId);
  const check = JSON.parse(row.answer.toString()) as Check;
  const input = await pinnedInput(
    parts,
    checkId,
    row.request as PinnedRequest & { warnings: ParcelWarning[] },
  );
  const features: PieceFeature[] = [];
  for (const [i, parcel] of check.parcels.entries()) {
    throwIfStopped(signal);
    features.push(...(await parcelPieces(parts, input, parcel, i)));
  }
  return { type: 'FeatureCollection', features };
}

async function parcelPieces(
  parts: CheckParts,
  input: PinnedInput,
  parcel: CheckParcel,
  index: number,
): Promise<PieceFeature[]> {
  const ground = input.parcels[index]!;
  const shape = shapeOfParcel(ground);
  const features: PieceFeature[] = [];
  for (const overlay of parcel.overlays) {
    const layer = input.layers.find((entry) => entry.layerId === overlay.layer);
    if (!layer || !isPresent(layer)) {
      if (overlay.undeterminedM2 > 0) features.push(unknownGround(parcel, overlay, ground.lonLat));
      continue;
    }
    const withRest =
      overlay.undeterminedM2 > 0 || (overlay.outsideM2 > 0 && readsOutside(input, overlay.layer));
    features.push(...(await overlayPieces(parts, layer, shape, parcel, overlay, withRest)));
  }
  return features;
}

/** Of a layer without data nothing is known on the whole parcel: a map without it would look like "no conflict". */
const unknownGround = (
  parcel: CheckParcel,
  { layer, undeterminedM2, verdict }: CheckOverlay,
  coordinates: MultiPolygonGeometry['coordinates'],
): PieceFeature => ({
  type: 'Feature',
  id: `${parcel.id}/${layer}.undetermined`,
  geometry: { type: 'MultiPolygon', coordinates: roundDegrees(coordinates) },
  properties: {
    ...{ parcel: parcel.id, layer, kind: 'undetermined', featureId: null, bsm: null },
    ...{ areaM2: undeterminedM2, netAreaM2: null, noise: false, verdict, layerVersion: null },
  },
});

/** Ground outside a layer is drawn only where some rule speaks of it (城镇开发边界外). */
const readsOutside = (input: PinnedInput, layer: string): boolean =>
  input.pack.rules.some(({ measure }) => measure.kind === 'outside' && measure.layer === layer);

async function overlayPieces(
  parts: CheckParts,
  layer: LayerSnapshot,
  shape: ReturnType<typeof shapeOfParcel>,
  parcel: CheckParcel,
  overlay: CheckOverlay,
  withRest: boolean,
): Promise<PieceFeature[]> {
  const byNumber = new Map(overlay.features.map((f) => [Number(f.featureId.split('.').at(-1)), f]));
  const constructing = { sql: parts.db, geos: parts.geos };
  const pieces = await constructPieces(constructing, layer, shape, [...byNumber.keys()], withRest);
  const figures = { outside: overlay.outsideM2, undetermined: overlay.undeterminedM2 };
  // a sliver of the construction that the answer has no figure for is not drawn
  const drawn = pieces.filter(({ kind }) => kind === 'overlap' || figures[kind] > 0);
  return drawn.map((piece) => {
    const { kind } = piece;
    const row = piece.featureNo === null ? undefined : byNumber.get(piece.featureNo);
    return {
      type: 'Feature',
      id: `${parcel.id}/${row?.featureId ?? `${overlay.layer}.${kind}`}`,
      geometry: { type: 'MultiPolygon', coordinates: roundDegrees(piece.lonLat) },
      properties: {
        parcel: parcel.id,
        layer: overlay.layer,
        kind,
        featureId: row?.featureId ?? null,
        bsm: row?.bsm ?? null,
        areaM2: kind === 'overlap' ? row?.areaM2 : figures[kind],
        netAreaM2: row?.netAreaM2 ?? null,
        noise: row?.noise ?? false,
        verdict: overlay.verdict,
        layerVersion: layer.version,
        ...row?.attributes,
      },
    };
  });
}

/** Ten decimals of a degree (0.01 mm): at fewer, areas measured again from the export drift (0.001 m² at ten). */
const roundDegrees = (rings: MultiPolygonGeometry['coordinates']): MultiPolygonGeometry['coordinates'] =>
  rings.map((polygon) =>
    polygon.map((ring) =>
      ring.map(([x, y]) => [Math.round(x * 1e10) / 1e10, Math.round(y * 1e10) / 1e10] as const),
    ),
  );
