declare module 'vt-pbf' {
  interface TileFeature {
    type: 3;
    properties: Readonly<Record<string, string | number | boolean | null>>;
    loadGeometry(): readonly (readonly { x: number; y: number }[])[];
  }
  interface TileLayer {
    name: string;
    version: 2;
    extent: number;
    length: number;
    feature(i: number): TileFeature;
  }
  export function fromVectorTileJs(tile: { layers: Readonly<Record<string, TileLayer>> }): Uint8Array;
}
