/** Text put together as bytes: what the database hands over as bytes goes out as bytes, never as a string between. */

const POWERS = Array.from({ length: 16 }, (_, i) => 10 ** i);
/** Decimals of a number that is written digit by digit; more are left to `toFixed`. */
const MOST_DECIMALS = 12;
/** Numbers below it are scaled to within 2.5e-4 of what they are: what is nearer to a half than that is left to `toFixed`. */
const LARGEST_SCALED = 2 ** 42;
const NEAR_HALF = 1e-3;
/** Shorter pieces are copied byte by byte, which is faster than a call. */
const SHORT = 24;

const [ZERO, DOT, MINUS] = [48, 46, 45];

export class ByteWriter {
  #bytes: Buffer;
  #length = 0;

  /** @param capacity bytes to begin with */
  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(64, capacity));
  }

  get length(): number {
    return this.#length;
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
    if (length > SHORT) this.#bytes.set(source.subarray(from, to), this.#length);
    else for (let i = 0; i < length; i++) this.#bytes[this.#length + i] = source[from + i]!;
    this.#length += length;
  }

  /** The number rounded to so many decimals, exactly as `toFixed` does, without zeros at the end. */
  decimal(value: number, decimals: number): void {
    const size = Math.abs(value);
    const scale = POWERS[decimals]!;
    const scaled = size * scale;
    const below = Math.floor(scaled);
    const rest = scaled - below;
    const plain = scaled < LARGEST_SCALED && size < 2 ** 31 && decimals <= MOST_DECIMALS;
    if (!plain || Math.abs(rest - 0.5) < NEAR_HALF) {
      this.#fixed(value, decimals);
      return;
    }
    const rounded = rest > 0.5 ? below + 1 : below;
    const whole = Math.floor(rounded / scale);
    const fraction = rounded - whole * scale;
    this.#reserve(32);
    if (value < 0 && rounded > 0) this.#bytes[this.#length++] = MINUS;
    this.#digits(whole, widthOf(whole));
    if (fraction === 0) return;
    this.#bytes[this.#length++] = DOT;
    const late = Math.max(0, decimals - 6);
    const early = Math.floor(fraction / POWERS[late]!);
    this.#digits(early, decimals - late);
    this.#digits(fraction - early * POWERS[late]!, late);
    while (this.#bytes[this.#length - 1] === ZERO) this.#length--;
  }

  /** What has been written; the writer must not be used any more. */
  take(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** A whole number below 2³¹ in so many digits. */
  #digits(value: number, width: number): void {
    const bytes = this.#bytes;
    let left = value | 0;
    for (let at = this.#length + width - 1; at >= this.#length; at--) {
      const next = (left / 10) | 0;
      bytes[at] = ZERO + left - next * 10;
      left = next;
    }
    this.#length += width;
  }

  #fixed(value: number, decimals: number): void {
    const text = value.toFixed(decimals);
    const short = text.includes('.') && !text.includes('e') ? text.replace(/\.?0+$/, '') : text;
    this.ascii(short === '-0' ? '0' : short);
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

function widthOf(value: number): number {
  let width = 1;
  for (let bound = 10; value >= bound; bound *= 10) width++;
  return width;
}
