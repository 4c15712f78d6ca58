/** A range against the registered urban development boundary: inside, outside (windows in it included), unknown. */

import { zoneCrs } from '../core/crs.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { toPlane } from '../geometry/planes.js';
import { constructPieces } from '../overlay/construct-pieces.js';
import { isPresent } from '../overlay/measure-overlaps.js';
import type { ParcelWarning } from '../parcels/parcel-types.js';
import { say, usedLayer } from './answer.js';
import { asParcel, measureParcels, pinLayers } from './layer-ground.js';
import type { MeasureParts, MissingInput, UsedLayer } from './measure-types.js';
import type { Range } from './ranges.js';

export interface InBoundary {
  insideM2: number;
  outsideM2: number;
  undeterminedM2: number;
  /** The ground is a border drawn twice. */
  thinOutside: boolean;
  thinUndetermined: boolean;
  /** What lies outside or is unknown, in the range's zone. */
  pieces: { part: 'outside' | 'undetermined'; rings: MultiPolygonRings }[];
  layers: UsedLayer[];
  warnings: readonly ParcelWarning[];
  missing: MissingInput[];
}

const LAYER = 'czkfbj';

export async function insideBoundary(
  parts: MeasureParts,
  range: Range,
  asOf: string | undefined,
  signal: AbortSignal | undefined,
): Promise<InBoundary> {
  const { layers, warnings } = await pinLayers(parts, [LAYER], asOf);
  const parcel = asParcel('range', range.plane, range.epsg);
  const [measured] = await measureParcels(parts, [parcel], layers, signal);
  const overlay = measured!.overlays[0]!;
  const layer = layers[0]!;
  const drawn =
    isPresent(layer) && (overlay.outsideM2 > 0 || overlay.undeterminedM2 > 0)
      ? await constructPieces(
          { sql: parts.db, geos: parts.geos },
          layer,
          measured!.shape,
          overlay.features.map((feature) => feature.featureNo),
          true,
        )
      : [];
  const zone = zoneCrs(range.epsg - 4488);
  return {
    insideM2: overlay.areaM2,
    outsideM2: overlay.outsideM2,
    undeterminedM2: overlay.undeterminedM2,
    thinOutside: overlay.noise.outside,
    thinUndetermined: overlay.noise.undetermined,
    pieces: drawn.flatMap(({ kind, lonLat }) =>
      kind === 'overlap' ? [] : [{ part: kind, rings: toPlane(lonLat, zone) }],
    ),
    layers: layers.map(usedLayer),
    warnings,
    missing: isPresent(layer)
      ? []
      : [
          {
            pointer: '',
            detail: say(
              '缺少图层：城镇开发边界（czkfbj），请先导入。',
              'The layer czkfbj is missing; import it first.',
            ),
          },
        ],
  };
}
