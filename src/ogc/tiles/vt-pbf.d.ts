declare module 'vt-pbf' {
  interface TileFeature {
    type: 3;
    geometry: readonly (readonly (readonly [number, number])[])[];
    tags: Readonly<Record<string, string | number | boolean | null>>;
  }
  export function fromGeojsonVt(
    layers: Readonly<Record<string, { features: readonly TileFeature[] }>>,
    options: { version: 2; extent: number },
  ): Uint8Array;
}
