/**
 * The answer as UTF-8 bytes from the first parcel on: what is hashed, stored, packed and sent are the same bytes, and
 * megabytes are copied as seldom as can be. Packing is for the database; what is unpacked is byte for byte what was packed.
 */
import { promisify } from 'node:util';
import { brotliCompress, brotliCompressSync, brotliDecompress, constants } from 'node:zlib';
import { JsonPen } from './json-pen.js';

/** Room for what stands before the parcels: the head and what the answer rests on, 2 kB with six layers. */
const ROOM_BEFORE = 1 << 14;
/** Of a parcel of the sample city; memory that is not written to is not taken from the machine. */
const BYTES_PER_PARCEL = 1 << 14;

/**
 * Collects the text of an answer; its beginning is known only when the parcels have been judged, and its head when the
 * rest has been hashed.
 */
export class AnswerWriter extends JsonPen {
  constructor(parcels: number) {
    super(ROOM_BEFORE, parcels * BYTES_PER_PARCEL);
  }

  /** What was written so far, with `beginning` in front of it. */
  writeBefore(beginning: string): void {
    const length = Buffer.byteLength(beginning);
    if (length > this.from) this.reserve(0, length);
    this.from -= length;
    this.bytes.write(beginning, this.from);
  }

  /** JSON of the check without its head. */
  body(): Buffer {
    return this.bytes.subarray(this.from, this.to);
  }

  /** Makes the body the whole answer, head and body as one object, and returns it. The bytes of `body()` change. */
  withHead(head: AnswerHead): Buffer {
    this.from += 1; // the brace that opened the body
    this.writeBefore(headText(head));
    return this.body();
  }
}

/** What a `Check` begins with, and what its hash leaves out. */
export interface AnswerHead {
  id: string;
  createdAt: string;
  sha256: string;
}

const headText = ({ id, createdAt, sha256 }: AnswerHead): string =>
  `${JSON.stringify({ id, createdAt, sha256 }).slice(0, -1)},`;

/**
 * Quality 1: 9 MB of a thousand parcels become 0.8 MB in 14 ms beside the main thread. Unpacked they took the database
 * 60 ms to take in, and as much log and disk as they are long.
 */
const PACKING = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };

/** Below this the way to another thread and back (0.5 ms) takes longer than packing (0.1 ms for 20 kB). */
const PACKED_HERE_UP_TO = 100_000;

/**
 * `chunkSize` is room for the whole output: in pieces of 16 kB, as is the default, the other thread asks this one for
 * more room sixty times, and waits each time until this one has nothing else to do.
 */
export const packAnswer = async (answer: Buffer): Promise<Buffer> =>
  answer.length <= PACKED_HERE_UP_TO
    ? brotliCompressSync(answer, PACKING)
    : promisify(brotliCompress)(answer, { ...PACKING, chunkSize: answer.length >> 2 });

/** An answer is about ten times what is stored of it. */
export const unpackAnswer = (packed: Uint8Array): Promise<Buffer> =>
  promisify(brotliDecompress)(packed, { chunkSize: Math.max(1 << 16, packed.length * 12) });
