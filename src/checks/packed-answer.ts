/**
 * Answers as the database keeps them: Brotli (RFC 7932), whole or in parts. What is unpacked is byte for byte what was
 * packed. Parts are packed while the parcels after them are composed, so that nobody waits for it at the end.
 */
import { promisify } from 'node:util';
import { brotliCompress, brotliCompressSync, brotliDecompress, constants } from 'node:zlib';

/**
 * Quality 1: 9 MB of a thousand parcels become 0.8 MB in 14 ms beside the main thread. Unpacked they took the database
 * 60 ms to take in, and as much log and disk as they are long.
 */
const PACKING = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };

/** Below this the way to another thread and back (0.5 ms) takes longer than packing (0.1 ms for 20 kB). */
const PACKED_HERE_UP_TO = 100_000;

/** Begins an answer in parts. No answer in one piece begins so: Brotli's first byte tells its window, 22 bits here. */
const MAGIC = Buffer.from('OMP1');
const LENGTH_BYTES = 4;

export const worthAPart = (bytes: Uint8Array): boolean => bytes.length > PACKED_HERE_UP_TO;

/**
 * An answer in one piece, or a part of one. `chunkSize` is room for the whole output: in pieces of 16 kB, as is the default, the other thread asks this one for
 * more room sixty times, and waits each time until this one has nothing else to do.
 */
export const packAnswer = async (bytes: Buffer): Promise<Buffer> =>
  worthAPart(bytes)
    ? promisify(brotliCompress)(bytes, { ...PACKING, chunkSize: bytes.length >> 2 })
    : brotliCompressSync(bytes, PACKING);

/** Parts one after the other, each after its length (32 bits, little-endian). */
export function joinParts(parts: readonly Buffer[]): Buffer {
  return Buffer.concat([
    MAGIC,
    ...parts.flatMap((part) => {
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt32LE(part.length);
      return [length, part];
    }),
  ]);
}

/** Rejects for bytes that are damaged or cut off. */
export async function unpackAnswer(packed: Uint8Array): Promise<Buffer> {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return unpackPiece(bytes);
  const parts: Promise<Buffer>[] = [];
  for (let at = MAGIC.length; at < bytes.length; ) {
    const from = at + LENGTH_BYTES;
    at = from + bytes.readUInt32LE(at);
    if (at > bytes.length) throw new RangeError('a packed answer is cut off');
    parts.push(unpackPiece(bytes.subarray(from, at)));
  }
  return Buffer.concat(await Promise.all(parts));
}

/** An answer is about ten times what is stored of it. */
const unpackPiece = (packed: Buffer): Promise<Buffer> =>
  promisify(brotliDecompress)(packed, { chunkSize: Math.max(1 << 16, packed.length * 12) });
