/**
 * The door for ZIP archives, which are nobody's friends: every entry is looked at before one is unpacked, and what is
 * unpacked is counted while it comes. What the files mean is the callers' business.
 */
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Entry, fromBufferPromise, openPromise, type ZipFile } from 'yauzl';
import { AppError } from '../core/errors.js';
import { archiveFault, refuseArchive } from './archive-faults.js';
import { decodeName, faultOfName, isLitter } from './archive-names.js';

export interface ArchiveLimits {
  maxEntries: number;
  /** Of all that is unpacked together. */
  maxUnpackedBytes: number;
  /** Unpacked to packed size of the whole archive, where it unpacks to more than 16 MB. */
  maxRatio: number;
}

export const defaultArchiveLimits: ArchiveLimits = {
  maxEntries: 10_000,
  maxUnpackedBytes: 512 * 2 ** 20,
  // tables of blanks come near 100; deflate itself ends at 1,032
  maxRatio: 250,
};

export interface ArchiveEntry {
  /** Relative, with slashes. */
  name: string;
  size: number;
  entry: Entry;
}

export interface Archive {
  /** Files only; folders and what operating systems add are left out. */
  entries: readonly ArchiveEntry[];
  bytesOf(entry: ArchiveEntry): Promise<Buffer>;
  /** Writes the entry to a file that must not exist yet. */
  writeTo(entry: ArchiveEntry, folder: string, name: string): Promise<void>;
  close(): void;
}

const HARMLESS_BYTES = 16 * 2 ** 20;

/** Opens an archive of bytes, or by its path. Throws `unsupported-format` or `too-large` with every fault of it. */
export async function openArchive(
  source: Uint8Array | string,
  limits: ArchiveLimits = defaultArchiveLimits,
): Promise<Archive> {
  const zip = await openZip(source);
  try {
    const listed = await listEntries(zip, limits);
    assertSafe(listed, limits);
    const entries = listed
      .filter(({ name }) => !name.endsWith('/') && !isLitter(name))
      .map(({ name, entry }) => ({ name, entry, size: entry.uncompressedSize }));
    const budget = createBudget(limits);
    return {
      entries,
      async bytesOf(entry) {
        const chunks: Buffer[] = [];
        for await (const chunk of await open(zip, entry, budget)) chunks.push(chunk);
        return Buffer.concat(chunks);
      },
      async writeTo(entry, folder, name) {
        const path = join(folder, name);
        await mkdir(dirname(path), { recursive: true });
        const target = createWriteStream(path, { flags: 'wx', mode: 0o600 });
        await pipeline(Readable.from(await open(zip, entry, budget)), target);
      },
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function openZip(source: Uint8Array | string): Promise<ZipFile> {
  const options = { autoClose: false, decodeStrings: false, lazyEntries: true };
  try {
    if (typeof source === 'string') return await openPromise(source, options);
    return await fromBufferPromise(Buffer.from(source.buffer, source.byteOffset, source.byteLength), options);
  } catch (error) {
    throw broken(error);
  }
}

interface Listed {
  name: string;
  entry: Entry;
}

async function listEntries(zip: ZipFile, { maxEntries }: ArchiveLimits): Promise<Listed[]> {
  if (zip.entryCount > maxEntries) {
    throw refuseArchive([archiveFault('too-many-entries', { count: zip.entryCount, limit: maxEntries })]);
  }
  const listed: Listed[] = [];
  try {
    for await (const entry of zip.eachEntry()) {
      const raw = entry.fileNameRaw;
      const { generalPurposeBitFlag, extraFields } = entry;
      listed.push({ entry, name: decodeName({ raw, generalPurposeBitFlag, extraFields }) });
    }
  } catch (error) {
    throw broken(error);
  }
  return listed;
}

/** Types of Unix files in the upper half of the attributes: anything but a plain file or a folder is a trick. */
const fileType = (entry: Entry): number => (entry.externalFileAttributes >>> 28) & 0xf;
const plainTypes: readonly number[] = [0, 0o04, 0o10];

function assertSafe(listed: readonly Listed[], { maxUnpackedBytes, maxRatio }: ArchiveLimits): void {
  const faults = [];
  const names = new Set<string>();
  let [packed, unpacked] = [0, 0];
  for (const { name, entry } of listed) {
    if (faultOfName(name)) faults.push(archiveFault('unsafe-name', { name }));
    const key = name.replace(/\/$/, '').toLowerCase();
    if (names.has(key)) faults.push(archiveFault('duplicate-name', { name }));
    names.add(key);
    if (!plainTypes.includes(fileType(entry))) faults.push(archiveFault('link-in-archive', { name }));
    if (entry.isEncrypted()) faults.push(archiveFault('encrypted-archive', { name }));
    else if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8)
      faults.push(archiveFault('unknown-compression', { name }));
    if (!isLitter(name) && /\.(zip|rar|7z|gz|tgz|tar|bz2|xz|kmz)$/i.test(name))
      faults.push(archiveFault('nested-archive', { name }));
    packed += entry.compressedSize;
    unpacked += entry.uncompressedSize;
  }
  if (unpacked > maxUnpackedBytes)
    faults.push(archiveFault('unpacked-too-large', { count: unpacked, limit: maxUnpackedBytes }));
  const ratio = Math.round(unpacked / Math.max(1, packed));
  if (unpacked > HARMLESS_BYTES && ratio > maxRatio)
    faults.push(archiveFault('suspicious-ratio', { count: ratio, limit: maxRatio }));
  if (faults.length > 0) throw refuseArchive(faults);
}

/** Bytes that may still be unpacked: entries may overlap in a file and be read more than once. */
function createBudget({ maxUnpackedBytes }: ArchiveLimits): { take(bytes: number): void } {
  let left = maxUnpackedBytes;
  return {
    take(bytes) {
      left -= bytes;
      if (left < 0) {
        const values = { count: maxUnpackedBytes - left, limit: maxUnpackedBytes };
        throw refuseArchive([archiveFault('unpacked-too-large', values)]);
      }
    },
  };
}

async function open(
  zip: ZipFile,
  { entry, name }: ArchiveEntry,
  budget: { take(bytes: number): void },
): Promise<AsyncIterable<Buffer>> {
  const stream = await zip.openReadStreamPromise(entry).catch((error: unknown) => {
    throw broken(error);
  });
  return (async function* () {
    let isFirst = true;
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        if (isFirst && isArchive(chunk)) throw refuseArchive([archiveFault('nested-archive', { name })]);
        isFirst = false;
        budget.take(chunk.length);
        yield chunk;
      }
    } catch (error) {
      throw error instanceof AppError ? error : broken(error);
    }
  })();
}

const archiveStarts = ['504b0304', '504b0506', '52617221', '377abcaf'];
const isArchive = (chunk: Buffer): boolean => archiveStarts.includes(chunk.subarray(0, 4).toString('hex'));

const broken = (error: unknown): AppError => {
  // yauzl's own sentence, without what it may say of files of this machine
  const why = error instanceof Error && !('path' in error) ? error.message.slice(0, 100) : '?';
  return refuseArchive([archiveFault('broken-archive', { why })]);
};
