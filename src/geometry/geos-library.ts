/**
 * GEOS in WebAssembly, loaded once per worker thread: the C functions that are used, its memory, its last message,
 * and a memory limit. Knows nothing of what the functions are used for.
 */
import initGeosJs from 'geos-wasm';

/** Address in the WebAssembly memory; 0 is null. */
export type Pointer = number;

/** The functions of the GEOS C API (3.13) that are used, without their context argument. All take and give numbers. */
const functionNames = [
  'GEOSArea',
  'GEOSBoundary',
  'GEOSBufferParams_create',
  'GEOSBufferParams_destroy',
  'GEOSBufferParams_setJoinStyle',
  'GEOSBufferParams_setMitreLimit',
  'GEOSBufferParams_setQuadrantSegments',
  'GEOSBufferWithParams',
  'GEOSCoordSeq_copyFromBuffer',
  'GEOSCoordSeq_copyToBuffer',
  'GEOSCoordSeq_getSize',
  'GEOSDifference',
  'GEOSFree',
  'GEOSGeomGetX',
  'GEOSGeomGetY',
  'GEOSGeom_createCollection',
  'GEOSGeom_createEmptyCollection',
  'GEOSGeom_createLinearRing',
  'GEOSGeom_createPolygon',
  'GEOSGeom_destroy',
  'GEOSGeom_getCoordSeq',
  'GEOSGeomTypeId',
  'GEOSGetExteriorRing',
  'GEOSGetGeometryN',
  'GEOSGetInteriorRingN',
  'GEOSGetNumCoordinates',
  'GEOSGetNumGeometries',
  'GEOSGetNumInteriorRings',
  'GEOSGeom_getXMax',
  'GEOSGeom_getXMin',
  'GEOSGeom_getYMax',
  'GEOSGeom_getYMin',
  'GEOSIntersection',
  'GEOSisEmpty',
  'GEOSisValidDetail',
  'GEOSLength',
  'GEOSMakeValidParams_create',
  'GEOSMakeValidParams_destroy',
  'GEOSMakeValidParams_setKeepCollapsed',
  'GEOSMakeValidParams_setMethod',
  'GEOSMakeValidWithParams',
  'GEOSMaximumInscribedCircle',
  'GEOSPrepare',
  'GEOSPreparedDistance',
  'GEOSPreparedGeom_destroy',
  'GEOSUnaryUnion',
] as const;

type GeosFunctions = Readonly<Record<(typeof functionNames)[number], (...args: number[]) => number>>;

interface WasmModule {
  _malloc(bytes: number): Pointer;
  _free(pointer: Pointer): void;
  HEAPF64: Float64Array;
  HEAPU32: Uint32Array;
  UTF8ToString(pointer: Pointer): string;
}

export interface Geos {
  readonly f: GeosFunctions;
  /** Its arrays are replaced whenever the memory grows: read them anew after every call. */
  readonly memory: WasmModule;
  readonly version: string;
  /** The message of the last failure, once. */
  takeMessage(): string;
}

/** GEOS refused or could not do it. Carries GEOS's own message. */
export class GeosFailure extends Error {
  readonly outOfMemory: boolean;
  constructor(message: string) {
    super(message);
    this.name = 'GeosFailure';
    this.outOfMemory = /bad_alloc|out of memory/i.test(message);
  }
}

/** Loads GEOS. After this the WebAssembly memory of this thread never grows beyond the limit. */
export async function loadGeos(memoryLimitMb: number): Promise<Geos> {
  limitMemory(memoryLimitMb * 2 ** 20);
  let message = '';
  // the handler must not throw: a JavaScript exception through the C++ frames would leave them unfreed
  const library = (await initGeosJs({
    errorHandler: (text: string) => {
      message = text;
    },
    noticeHandler: () => undefined,
  })) as unknown as GeosFunctions & { Module: WasmModule; GEOSversion(): string };
  for (const name of functionNames)
    if (typeof library[name] !== 'function') throw new GeosFailure(`this build of GEOS has no ${name}`);
  return {
    f: library,
    memory: library.Module,
    version: library.GEOSversion(),
    takeMessage() {
      const last = message || 'failed without a message';
      message = '';
      return last;
    },
  };
}

/**
 * A worker's resourceLimits do not count WebAssembly memory, and GEOS's build allows 2 GB. Refusing to grow makes
 * its allocator fail, which GEOS reports as std::bad_alloc.
 */
function limitMemory(bytes: number): void {
  const { prototype } = wasmGlobals.WebAssembly.Memory;
  const grow = prototype.grow;
  prototype.grow = function limitedGrow(pages) {
    if (this.buffer.byteLength + pages * 65_536 > bytes) throw new RangeError('memory limit of the worker');
    return grow.call(this, pages);
  };
}

interface WasmMemory {
  buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** The types for Node 20 do not declare it. */
const wasmGlobals = globalThis as unknown as { WebAssembly: { Memory: { prototype: WasmMemory } } };
