/** Text put together as bytes: what the database hands over as bytes goes out as bytes, never as a string between. */

/** Longest number that `putDecimal` writes: a sign, 16 digits of a whole, a point and 15 decimals, or 1.2e+300. */
const LONGEST_NUMBER = 40;
const POWERS = Array.from({ length: 16 }, (_, i) => 10 ** i);
/** Decimals of a number that is written digit by digit; more are left to `toFixed`. */
const MOST_DECIMALS = 15;
/** Numbers below it are scaled to within 2.5e-4 of what they are: nearer to a half than that it is looked at closely. */
const LARGEST_SCALED = 2 ** 42;
const NEAR_HALF = 1e-3;
/** Splits a double into two of 26 bits, whose products are exact (T. J. Dekker 1971, Numerische Mathematik 18). */
const SPLITTER = 2 ** 27 + 1;
/** Digits of a whole number that fits 32 bits. */
const INT_DIGITS = 9;
/** Shorter pieces are copied byte by byte, which is faster than a call. */
const SHORT = 24;

const [ZERO, DOT, MINUS] = [48, 46, 45];
/** 00 01 02 … 99. */
const PAIRS = Uint8Array.from({ length: 200 }, (_, i) => {
  const number = i >> 1;
  return ZERO + (i % 2 === 0 ? Math.floor(number / 10) : number % 10);
});

export class ByteWriter {
  #bytes: Buffer;
  #length = 0;

  /** @param capacity bytes to begin with */
  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(64, capacity));
  }

  ascii(text: string): void {
    this.#reserve(text.length);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
    this.#length = at;
  }

  text(text: string): void {
    this.#reserve(text.length * 3);
    this.#length += this.#bytes.write(text, this.#length);
  }

  copy(source: Uint8Array, from = 0, to = source.length): void {
    const length = to - from;
    this.#reserve(length);
    const bytes = this.#bytes;
    let at = this.#length;
    if (length > SHORT) bytes.set(source.subarray(from, to), at);
    else for (let i = from; i < to; i++) bytes[at++] = source[i]!;
    this.#length += length;
  }

  /** The number rounded to so many decimals, exactly as `toFixed` does, without zeros at the end. */
  decimal(value: number, decimals: number): void {
    this.#reserve(LONGEST_NUMBER);
    this.#length = putDecimal(this.#bytes, this.#length, value, decimals);
  }

  /**
   * `count` pairs of doubles, little endian, from `from` on, each as `decimal` writes it.
   * @param marks before a pair, between its numbers, between two pairs, and after the last one
   */
  pairs(
    view: DataView,
    from: number,
    count: number,
    { flipped, decimals }: { flipped: boolean; decimals: number },
    [open, between, next, last]: PairMarks,
  ): void {
    this.#reserve(count * (2 * LONGEST_NUMBER + open.length + between.length + next.length) + last.length);
    const bytes = this.#bytes;
    const [first, second] = flipped ? [8, 0] : [0, 8];
    let at = this.#length;
    for (let i = 0; i < count; i++) {
      const place = from + i * 16;
      at = putMark(bytes, at, i === 0 ? open : next);
      at = putDecimal(bytes, at, view.getFloat64(place + first, true), decimals);
      at = putMark(bytes, at, between);
      at = putDecimal(bytes, at, view.getFloat64(place + second, true), decimals);
    }
    this.#length = putMark(bytes, at, last);
  }

  /** What has been written; the writer must not be used any more. */
  take(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

export type PairMarks = readonly [open: Uint8Array, between: Uint8Array, next: Uint8Array, last: Uint8Array];

function putMark(bytes: Uint8Array, from: number, mark: Uint8Array): number {
  let at = from;
  for (let i = 0; i < mark.length; i++) bytes[at++] = mark[i]!;
  return at;
}

/** Writes into bytes that have room; the place behind the number. */
function putDecimal(bytes: Uint8Array, from: number, value: number, decimals: number): number {
  const size = value < 0 ? -value : value;
  const scale = POWERS[decimals]!;
  const scaled = size * scale;
  const below = Math.floor(scaled);
  const rest = scaled - below;
  if (!(scaled < LARGEST_SCALED && size < 1e9 && decimals <= MOST_DECIMALS))
    return putFixed(bytes, from, value, decimals);
  const nearHalf = rest > 0.5 - NEAR_HALF && rest < 0.5 + NEAR_HALF;
  const up = nearHalf ? rest - 0.5 + lostInProduct(size, scale, scaled) >= 0 : rest > 0.5;
  const rounded = up ? below + 1 : below;
  const whole = Math.floor(rounded / scale);
  const fraction = rounded - whole * scale;
  let at = from;
  if (value < 0 && rounded > 0) bytes[at++] = MINUS;
  at = putInt(bytes, at, whole, widthOf(whole));
  if (fraction === 0) return at;
  bytes[at++] = DOT;
  if (decimals <= INT_DIGITS) at = putInt(bytes, at, fraction, decimals);
  else {
    const tail = POWERS[decimals - INT_DIGITS]!;
    const head = Math.floor(fraction / tail);
    at = putInt(bytes, at, head, INT_DIGITS);
    at = putInt(bytes, at, fraction - head * tail, decimals - INT_DIGITS);
  }
  while (bytes[at - 1] === ZERO) at--;
  return at;
}

/** What the product of two doubles is more than `product`, its rounded form: exactly. */
function lostInProduct(a: number, b: number, product: number): number {
  const [bigA, bigB] = [SPLITTER * a, SPLITTER * b];
  const [highA, highB] = [bigA - (bigA - a), bigB - (bigB - b)];
  const [lowA, lowB] = [a - highA, b - highB];
  return highA * highB - product + highA * lowB + lowA * highB + lowA * lowB;
}

/** A whole number of at most 9 digits (1,000,000,000 too) in so many places. */
function putInt(bytes: Uint8Array, from: number, value: number, width: number): number {
  let left = value | 0;
  let at = from + width;
  for (; at - from >= 2; ) {
    const next = (left / 100) | 0;
    const pair = (left - next * 100) << 1;
    bytes[--at] = PAIRS[pair + 1]!;
    bytes[--at] = PAIRS[pair]!;
    left = next;
  }
  if (at > from) bytes[from] = ZERO + left;
  return from + width;
}

function putFixed(bytes: Uint8Array, from: number, value: number, decimals: number): number {
  const text = value.toFixed(decimals);
  const short = text.includes('.') && !text.includes('e') ? text.replace(/\.?0+$/, '') : text;
  const plain = short === '-0' ? '0' : short;
  for (let i = 0; i < plain.length; i++) bytes[from + i] = plain.charCodeAt(i);
  return from + plain.length;
}

function widthOf(value: number): number {
  let width = 1;
  for (let bound = 10; value >= bound; bound *= 10) width++;
  return width;
}
