/** The grid of whole numbers on which a MapInfo .map keeps its coordinates: how exact these can be, whatever digits they show. */

const MAGIC = 42_424_242;
/** Of the header block: its mark, and grid steps per unit of the coordinates, east and north (doubles). */
const at = { magic: 0x100, xScale: 0x170, yScale: 0x178 } as const;
const HEADER_BYTES = 512;

/** Decimals that the coordinates carry, in the coarser direction; undefined for what is no such header. */
export function decimalsOfGrid(map: Uint8Array): number | undefined {
  if (map.length < HEADER_BYTES) return undefined;
  const view = new DataView(map.buffer, map.byteOffset, map.length);
  if (view.getInt32(at.magic, true) !== MAGIC) return undefined;
  const steps = Math.min(...[at.xScale, at.yScale].map((offset) => Math.abs(view.getFloat64(offset, true))));
  return Number.isFinite(steps) && steps > 0 ? Math.max(0, Math.floor(Math.log10(steps))) : undefined;
}
