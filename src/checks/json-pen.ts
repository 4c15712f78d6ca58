/**
 * Writes JSON text as UTF-8 straight into memory. Most of an answer are short pieces — names of fields, areas in
 * hundredths, sentences in Chinese —, and for those strings put together to be encoded cost more than the bytes.
 */

import { takeMemory } from './answer-memory.js';

const LAST_ASCII = 0x7f;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const POINT = 0x2e;
const ZERO = 0x30;
/** Up to this, whole and part are 32-bit integers: 21 km². */
const MOST_HUNDREDTHS = 2 ** 31 - 1;
/** Of a figure in hundredths at most. */
const FIGURE_BYTES = 16;

/** The value in hundredths, where it is a whole number of them, ≥ 0 and not too many. */
function hundredthsOf(value: number): number | undefined {
  const hundredths = Math.round(value * 100);
  const isWhole = hundredths >= 0 && hundredths <= MOST_HUNDREDTHS && hundredths / 100 === value;
  return isWhole ? hundredths : undefined;
}

export class JsonPen {
  protected bytes: Buffer;
  protected from: number;
  protected to: number;

  /** @param room bytes kept free before the text; @param expected bytes of text, more are made room for */
  constructor(
    private readonly room: number,
    expected: number,
  ) {
    // memory that is not written to is not taken from the machine
    this.bytes = takeMemory(2 * room + expected);
    this.from = room;
    this.to = room;
  }

  write(text: string): void {
    // one UTF-16 unit is at most three bytes of UTF-8
    this.reserve(3 * text.length);
    this.to += this.bytes.write(text, this.to);
  }

  /** Short ASCII text, unit by unit: for a few dozen that is faster than a call that encodes. */
  ascii(text: string): void {
    this.reserve(text.length);
    const { bytes } = this;
    let { to } = this;
    let all = 0;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      all |= unit;
      bytes[to++] = unit;
    }
    if (all > LAST_ASCII) throw new RangeError(`not ASCII: ${text}`);
    this.to = to;
  }

  /** A finite number or null, as `JSON.stringify` writes it. */
  figure(value: number | null): void {
    if (value === null) {
      this.ascii('null');
      return;
    }
    // nearly all are hundredths, as areas are printed: no text has to be made for those
    const hundredths = hundredthsOf(value);
    if (hundredths !== undefined) this.hundredths(hundredths);
    else if (Number.isFinite(value)) this.ascii(String(value));
    else throw new RangeError(`not a figure: ${value}`);
  }

  /** A number ≥ 0 as `toFixed(2)` writes one of hundredths; false, with nothing written, for any other. */
  fixed2(value: number): boolean {
    const hundredths = hundredthsOf(value);
    if (hundredths !== undefined) this.hundredths(hundredths, true);
    return hundredths !== undefined;
  }

  /** @param both decimals are written, zeros or not */
  private hundredths(value: number, both = false): void {
    this.reserve(FIGURE_BYTES);
    const { bytes } = this;
    let whole = (value / 100) | 0;
    const part = value - whole * 100;
    let length = 1;
    for (let rest = (whole / 10) | 0; rest > 0; rest = (rest / 10) | 0) length++;
    let { to } = this;
    for (let at = to + length - 1; at >= to; at--) {
      const rest = (whole / 10) | 0;
      bytes[at] = ZERO + whole - rest * 10;
      whole = rest;
    }
    to += length;
    if (part > 0 || both) {
      const tenth = (part / 10) | 0;
      bytes[to++] = POINT;
      bytes[to++] = ZERO + tenth;
      if (part > tenth * 10 || both) bytes[to++] = ZERO + part - tenth * 10;
    }
    this.to = to;
  }

  /** A text or null, as `JSON.stringify` writes it. */
  string(text: string | null): void {
    if (text === null) {
      this.ascii('null');
      return;
    }
    this.ascii('"');
    this.inside(text);
    this.ascii('"');
  }

  /** A piece of a text between the quotes of a JSON string. */
  inside(piece: string): void {
    this.reserve(3 * piece.length);
    const { bytes } = this;
    let { to } = this;
    for (let i = 0; i < piece.length; i++) {
      const unit = piece.charCodeAt(i);
      if (unit < 0x80) {
        if (unit < 0x20 || unit === QUOTE || unit === BACKSLASH) return void this.escaped(piece);
        bytes[to++] = unit;
      } else if (unit < 0x800) {
        bytes[to++] = 0xc0 | (unit >> 6);
        bytes[to++] = 0x80 | (unit & 0x3f);
      } else {
        if (unit >= 0xd800 && unit < 0xe000) return void this.escaped(piece); // half of a pair
        bytes[to++] = 0xe0 | (unit >> 12);
        bytes[to++] = 0x80 | ((unit >> 6) & 0x3f);
        bytes[to++] = 0x80 | (unit & 0x3f);
      }
    }
    this.to = to;
  }

  private escaped(piece: string): void {
    this.write(JSON.stringify(piece).slice(1, -1));
  }

  /** Text in UTF-8 already: what many parcels share is encoded once. */
  writeBytes(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.to);
    this.to += bytes.length;
  }

  protected reserve(after: number, before = 0): void {
    if (this.to + after <= this.bytes.length && before <= this.from) return;
    const length = this.to - this.from;
    const larger = takeMemory(before + this.room + 2 * (length + after));
    this.bytes.copy(larger, before + this.room, this.from, this.to);
    this.bytes = larger;
    this.from = before + this.room;
    this.to = this.from + length;
  }
}
