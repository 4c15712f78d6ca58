/** Joins many binary values into one bound parameter with the place of each, which the statement cuts apart again. */

export interface PackedBlobs {
  bytes: Uint8Array;
  /** First byte of each value, counted from 1 as SQL does. */
  first: number[];
  length: number[];
}

export function packBlobs(blobs: readonly Uint8Array[]): PackedBlobs {
  let size = 0;
  for (const blob of blobs) size += blob.length;
  const bytes = Buffer.allocUnsafe(size);
  const first: number[] = [];
  const length: number[] = [];
  let at = 0;
  for (const blob of blobs) {
    bytes.set(blob, at);
    first.push(at + 1);
    length.push(blob.length);
    at += blob.length;
  }
  return { bytes, first, length };
}
