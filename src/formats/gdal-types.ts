/** What the GDAL bridge gives and takes. */
import type { GdalNotes, MemoryFile, ReadDriver } from './gdal-protocol.js';

export type FieldValue = string | number | boolean | null;

export interface GdalField {
  name: string;
  /** The label people see (FileGDB); null when there is none. */
  alias: string | null;
  /** OGR type: Integer, Integer64, Real, String, Date, DateTime … */
  type: string;
  /** `Boolean`, `Int16`, `Float32`, or null. */
  subType: string | null;
  width: number | null;
  precision: number | null;
}

export interface GdalLayer {
  name: string;
  alias: string | null;
  /** OGR name: `Polygon`, `Multi Polygon`, `Unknown (any)`, `None` … as GDAL's JSON gives it. */
  geometryType: string;
  featureCount: number;
  /** `epsg` where the CRS names its code, `wkt` always; null when the file has none. */
  crs: { epsg: number | null; wkt: string } | null;
  /** [minX, minY, maxX, maxY] as the file announces it; null when it does not. */
  extent: readonly [number, number, number, number] | null;
  fields: readonly GdalField[];
}

export interface GdalFeature {
  /** The feature's own number in the file (FID, OBJECTID; record of a shapefile from 0). */
  fid: number;
  /** WKB; null without geometry. */
  wkb: Uint8Array | null;
  properties: Record<string, FieldValue>;
}

export interface GdalSource {
  driver: ReadDriver;
  /** Path of the dataset among the files: `a.shp`, `b.gdb`. */
  dataset: string;
  /**
   * The files, or the folder of this machine that holds them (read only, never written to); with `only`, nothing of
   * it is seen but that file, which then has the name `dataset`.
   */
  from: { files: readonly MemoryFile[] } | { folder: string; only?: string };
  openOptions?: readonly string[];
  config?: Readonly<Record<string, string>>;
}

export interface GdalDataset {
  layers: readonly GdalLayer[];
  /** What GDAL had to say on opening. */
  notes: GdalNotes;
  /**
   * The features of one layer in the order of the file, in batches of some hundred kilobytes. Throws `bad-layer-file`
   * when GDAL cannot read the layer to its end: what came before must not be used then.
   */
  readFeatures(layer: string): AsyncGenerator<GdalFeature[], GdalNotes>;
  /** Ends the sandbox. */
  close(): Promise<void>;
}

export interface WriteField {
  name: string;
  type: 'String' | 'Integer' | 'Integer64' | 'Real' | 'Date';
  width?: number;
  precision?: number;
}

export interface WriteFeature {
  /** Rings in the CRS of the layer; a single polygon is written as such where the layer's type is `POLYGON`. */
  polygons: readonly (readonly (readonly (readonly [number, number, ...number[]])[])[])[] | null;
  properties: Readonly<Record<string, FieldValue>>;
}

export interface WriteLayer {
  name: string;
  /** `NONE`: a table without ground. */
  geometryType: 'POLYGON' | 'MULTIPOLYGON' | 'NONE';
  /** `EPSG:4526`, or WKT; of no meaning for `NONE`. */
  crs: string;
  fields: readonly WriteField[];
  features: Iterable<WriteFeature>;
  /** GDAL layer creation options: `ENCODING=GBK`. */
  options?: readonly string[];
}
