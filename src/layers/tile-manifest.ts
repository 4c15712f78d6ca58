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
  const roles = new Map(
    tileRoles.map((role) => {
      const count = varint();
      const list = new PackedTiles(count);
      for (let i = 0, x = 0, y = 0; i < count; i++) {
        y += signed();
        x += signed();
        list.set(i, x, y, varint(), varint());
      }
      return [role, list] as const;
    }),
  );
  return {
    tiles: (role) => roles.get(role)?.entries() ?? [],
    find: (role, tileX, tileY) => roles.get(role)?.find(tileX, tileY),
  };
}

/** Tiles of one role sorted by y, then x, 16 bytes each: a million patches are a quarter of a million tiles. */
class PackedTiles {
  private readonly xs: Int32Array;
  private readonly ys: Int32Array;
  private readonly parts: Uint32Array;
  private readonly pieces: Uint32Array;

  constructor(readonly count: number) {
    this.xs = new Int32Array(count);
    this.ys = new Int32Array(count);
    this.parts = new Uint32Array(count);
    this.pieces = new Uint32Array(count);
  }

  set(i: number, x: number, y: number, parts: number, pieces: number): void {
    this.xs[i] = x;
    this.ys[i] = y;
    this.parts[i] = parts;
    this.pieces[i] = pieces;
  }

  entries(): TileEntry[] {
    return Array.from({ length: this.count }, (_, i) => this.at(i));
  }

  find(tileX: number, tileY: number): TileEntry | undefined {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const y = this.ys[middle]!;
      if (y < tileY || (y === tileY && this.xs[middle]! < tileX)) low = middle + 1;
      else high = middle;
    }
    return low < this.count && this.xs[low] === tileX && this.ys[low] === tileY ? this.at(low) : undefined;
  }

  private at(i: number): TileEntry {
    return {
      tileX: this.xs[i]!,
      tileY: this.ys[i]!,
      partCount: this.parts[i]!,
      pieceCount: this.pieces[i]!,
    };
  }
}
