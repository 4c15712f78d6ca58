/** What the main thread and the GDAL worker say to each other. Plain data; chunks of rows move, they are not copied. */

/** The drivers that files are opened with. No others: VRT, WFS and their like read what a file points to. */
export const readDrivers = [
  'CSV',
  'DXF',
  'ESRI Shapefile',
  'FlatGeobuf',
  'GPKG',
  'MapInfo File',
  'OpenFileGDB',
] as const;
export type ReadDriver = (typeof readDrivers)[number];

/** The drivers that files are written with. */
export type WriteDriver =
  | 'GPKG'
  | 'ESRI Shapefile'
  | 'FlatGeobuf'
  | 'DXF'
  | 'KML'
  | 'MapInfo File'
  | 'OpenFileGDB';

export interface MemoryFile {
  /** Path inside the worker's own file system, without leading slash: `a.gdb/a00000001.gdbtable`. */
  name: string;
  bytes: Uint8Array;
}

export interface GdalWorkerData {
  /** A `WebAssembly.Module`. */
  compiled: object;
  memoryLimitMb: number;
  /** Number of chunks the main thread has taken; the worker waits when it is too far ahead. */
  taken: Int32Array;
}

export type GdalRequest =
  | {
      kind: 'open';
      driver: ReadDriver;
      /** Path of the dataset inside the files. */
      dataset: string;
      openOptions: readonly string[];
      config: Readonly<Record<string, string>>;
      files: readonly MemoryFile[];
      /** A folder of the machine, seen read-only by the worker, instead of `files`. */
      folder?: string;
      /** Only this file of the folder, seen as `dataset`. */
      only?: string;
    }
  | {
      kind: 'rows';
      layer: string;
      /** The layer may have heights: they are given, so that it can be said that there were some. */
      withHeights: boolean;
    }
  | {
      kind: 'write';
      driver: WriteDriver;
      /** Name of the dataset to be written, with its extension. */
      dataset: string;
      layers: readonly WriteLayerRequest[];
      datasetOptions: readonly string[];
      config: Readonly<Record<string, string>>;
    };

export interface WriteLayerRequest {
  name: string;
  /** CSV with the column `wkt_geometry`, and the types of its columns (`.csvt`). */
  csv: Uint8Array;
  csvt: string;
  /** `EPSG:4490`, or WKT. */
  crs: string;
  geometryType: string;
  layerOptions: readonly string[];
}

export type GdalReply =
  | { kind: 'ready' }
  /** GDAL's own description of the dataset, as JSON text. */
  | { kind: 'opened'; info: string; notes: GdalNotes }
  /** A part of the rows, as PostgreSQL COPY text. */
  | { kind: 'chunk'; bytes: Uint8Array }
  | { kind: 'rows-end'; notes: GdalNotes }
  | { kind: 'written'; files: readonly MemoryFile[]; notes: GdalNotes }
  | { kind: 'failed'; message: string; outOfMemory: boolean };

/** What GDAL said meanwhile, first hundred each. Paths in it are those of the worker's own file system. */
export interface GdalNotes {
  errors: readonly string[];
  warnings: readonly string[];
}

/** So many chunks may be under way. */
export const CHUNKS_AHEAD = 4;
export const CHUNK_BYTES = 262_144;
