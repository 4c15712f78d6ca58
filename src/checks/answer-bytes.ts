/**
 * The answer as UTF-8 bytes from the first parcel on: what is hashed, stored, packed and sent are the same bytes, and
 * megabytes are copied as seldom as can be.
 */
import { JsonPen } from './json-pen.js';
import { joinParts, packAnswer, worthAPart } from './packed-answer.js';

/** Room for what stands before the parcels: the head and what the answer rests on, 2 kB with six layers. */
const ROOM_BEFORE = 1 << 14;
/** Of a parcel of the sample city; memory that is not written to is not taken from the machine. */
const BYTES_PER_PARCEL = 1 << 14;

/**
 * Collects the text of an answer; its beginning is known only when the parcels have been judged, and its head when the
 * rest has been hashed.
 */
export class AnswerWriter extends JsonPen {
  /** Bytes that were put before what was written first. */
  private before = 0;
  /** Packed already, in order, and how many bytes that is. */
  private readonly parts: Promise<Buffer>[] = [];
  private packed = 0;

  constructor(parcels: number) {
    super(ROOM_BEFORE, parcels * BYTES_PER_PARCEL);
  }

  /** Begins to pack what was written since the last time, in another thread; what is written already does not change. */
  packSoFar(): void {
    const fresh = this.bytes.subarray(this.from + this.packed, this.to);
    if (!worthAPart(fresh)) return;
    const part = packAnswer(fresh);
    part.catch(() => undefined); // noticed when it is waited for
    this.parts.push(part);
    this.packed += fresh.length;
  }

  /** The whole answer, head and all, as the database keeps it. */
  async pack(): Promise<Buffer> {
    if (this.parts.length === 0) return packAnswer(this.body());
    const front = this.from + this.before;
    return joinParts([
      await packAnswer(this.bytes.subarray(this.from, front)),
      ...(await Promise.all(this.parts)),
      await packAnswer(this.bytes.subarray(front + this.packed, this.to)),
    ]);
  }

  /** What was written so far, with `beginning` in front of it. */
  writeBefore(beginning: string): void {
    const length = Buffer.byteLength(beginning);
    if (length > this.from) this.reserve(0, length);
    this.from -= length;
    this.before += length;
    this.bytes.write(beginning, this.from);
  }

  /** JSON of the check without its head. */
  body(): Buffer {
    return this.bytes.subarray(this.from, this.to);
  }

  /** Makes the body the whole answer, head and body as one object, and returns it. The bytes of `body()` change. */
  withHead(head: AnswerHead): Buffer {
    this.from += 1; // the brace that opened the body
    this.before -= 1;
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
