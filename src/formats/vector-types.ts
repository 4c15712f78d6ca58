/** What a submitted vector file is made of, whichever format it came in. */
import type { Bilingual } from '../core/errors.js';
import type { FlatMultiPolygon } from '../core/geometry-types.js';
import type { TextEncoding } from './dbf-encoding.js';
import type { DatasetKind } from './find-datasets.js';
import type { FieldValue, GdalField } from './gdal-types.js';
import type { WktReading } from './read-wkt-crs.js';
import type { Shapes } from './wkb-shapes.js';

export interface VectorLayer {
  kind: DatasetKind;
  /** Unique in the file; what the parameter `layer` chooses by. */
  id: string;
  /** Path of the dataset in the archive, without extension. */
  title: string;
  /** Name and label of the layer itself. */
  name: string;
  alias: string | null;
  /** Whether it holds polygons; undefined where only its features can tell. */
  areal: boolean | undefined;
  featureCount: number;
  /** Null: the file says nothing. */
  crs: WktReading | null;
  /** Of the text; null where the format leaves no doubt. */
  encoding: TextEncoding | null;
  /** Of coordinates that lie on a grid coarser than the digits they show (MapInfo TAB). */
  decimals?: number;
  extent: readonly [number, number, number, number] | null;
  fields: readonly GdalField[];
}

export interface VectorFeature {
  /** What people find it by: `FID 3`, `OBJECTID 17`, `handle 2A3`, `line 12`. */
  place: string;
  /** Null: the feature has no geometry. */
  shapes: Shapes | null;
  /** In the place of `shapes`, where flat rings were asked for and the geometry is polygons and nothing else. */
  flat?: FlatMultiPolygon;
  properties: Record<string, FieldValue>;
}

export interface VectorFile {
  layers: readonly VectorLayer[];
  /** Data beside it that cannot be used, with the reason. */
  unusable: readonly { name: string; why: Bilingual }[];
  /** Features in the order of the file. Throws `bad-layer-file` when it cannot be read to its end. */
  readFeatures(layer: VectorLayer, rings?: 'flat'): AsyncGenerator<VectorFeature[]>;
  /** Records of a shapefile marked as deleted, which are not given; known once its features were read to the end. */
  deletedRecords(layer: VectorLayer): number;
  /** The bytes of a GeoJSON or 国土 TXT file inside the archive. */
  bytesOf(layer: VectorLayer): Promise<Uint8Array>;
  /** Leaves nothing behind. */
  close(): Promise<void>;
}
