/**
 * Memory of answers, used again. An answer of a thousand parcels takes 16 MB; made anew for each check and left to the
 * garbage collector, such memory had it go through everything the process holds after every second check.
 */

/** Larger answers are rare, and what they took is better given back to the machine. */
const KEPT_UP_TO = 32 * 2 ** 20;

/** Handed out and not given back. Memory that nobody gives back is collected as any other. */
const lent = new WeakSet<ArrayBuffer>();
let spare: ArrayBuffer | undefined;

/** At least so many bytes, holding anything. */
export function takeMemory(bytes: number): Buffer {
  const memory =
    spare && spare.byteLength >= bytes ? spare : (Buffer.allocUnsafeSlow(bytes).buffer as ArrayBuffer);
  if (memory === spare) spare = undefined;
  lent.add(memory);
  return Buffer.from(memory);
}

/**
 * Gives back the memory that the bytes lie in: nobody may read them any more. Does nothing for bytes that lie elsewhere
 * or were given back before.
 */
export function giveBack({ buffer }: Uint8Array): void {
  if (!(buffer instanceof ArrayBuffer) || !lent.delete(buffer)) return;
  if (buffer.byteLength <= KEPT_UP_TO && buffer.byteLength > (spare?.byteLength ?? 0)) spare = buffer;
}
