/**
 * What the stored tiles of a layer version must hold: per role and tile the number of rows and of pieces, as compact
 * bytes on the version row. A tile that is not listed is known to be empty; a listed one that reads back differently is lost.
 */
import { crc32 } from 'node:zlib';
import { AppError } from '../core/errors.js';

export type TileRole = 'feature' | 'coverage';
export const tileRoles: readonly TileRole[] = ['feature', 'coverage'];

export interface TileEntry {
  tileX: number;
  tileY: number;
  /** Rows of layer_tile, numbered from 0. */
  partCount: number;
  pieceCount: number;
}

export interface TileManifest {
  /** Sorted by y, then x. */
  tiles(role: TileRole): readonly TileEntry[];
  find(role: TileRole, tileX: number, tileY: number): TileEntry | undefined;
}

/** Key of a tile in maps: `x/y`. */
export const tileKey = (tileX: number, tileY: number): string => `${tileX}/${tileY}`;

const MAGIC = 0x314d544f; // "OTM1"

const byPlace = (a: TileEntry, b: TileEntry): number => a.tileY - b.tileY || a.tileX - b.tileX;

/** Layout: magic u32, CRC-32 of the rest u32; per role a varint count, then zigzag varint deltas y, x, and parts, pieces. */
export function encodeTileManifest(entries: Readonly<Record<TileRole, readonly TileEntry[]>>): Uint8Array {
  const bytes: number[] = [];
  const varint = (value: number): void => {
    let rest = value;
    while (rest >= 0x80) {
      bytes.push((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    bytes.push(rest);
  };
  const signed = (value: number): void => varint(value >= 0 ? value * 2 : -value * 2 - 1);
  for (const role of tileRoles) {
    const sorted = [...entries[role]].sort(byPlace);
    varint(sorted.length);
    let x = 0;
    let y = 0;
    for (const entry of sorted) {
      signed(entry.tileY - y);
      signed(entry.tileX - x);
      varint(entry.partCount);
      varint(entry.pieceCount);
      x = entry.tileX;
      y = entry.tileY;
    }
  }
  const result = new Uint8Array(8 + bytes.length);
  result.set(bytes, 8);
  const view = new DataView(result.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, crc32(result.subarray(8)), true);
  return result;
}

export function decodeTileManifest(bytes: Uint8Array): TileManifest {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const body = bytes.subarray(8);
  if (bytes.length < 8 || view.getUint32(0, true) !== MAGIC || view.getUint32(4, true) !== crc32(body)) {
    throw new AppError('statement-lost', 'the tile manifest of a layer version does not match its checksum');
  }
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = body[at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  const signed = (): number => {
    const value = varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  };
  const lists = tileRoles.map((role) => {
    const list: TileEntry[] = [];
    let x = 0;
    let y = 0;
    for (let left = varint(); left > 0; left--) {
      y += signed();
      x += signed();
      list.push({ tileX: x, tileY: y, partCount: varint(), pieceCount: varint() });
    }
    return [
      role,
      { list, byKey: new Map(list.map((entry) => [tileKey(entry.tileX, entry.tileY), entry])) },
    ] as const;
  });
  const roles = new Map(lists);
  return {
    tiles: (role) => roles.get(role)?.list ?? [],
    find: (role, tileX, tileY) => roles.get(role)?.byKey.get(tileKey(tileX, tileY)),
  };
}
