import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { AppError } from '../../src/core/errors.js';
import { openArchive } from '../../src/formats/archive.js';
import { encodeGbk } from '../../src/formats/txt-encoding.js';

interface Item {
  name: string | Uint8Array;
  content?: Uint8Array;
  flags?: number;
  attributes?: number;
  method?: number;
  /** What the directory says, where it lies. */
  saysSize?: number;
}

/** A ZIP made byte by byte (APPNOTE 4.3), so that it can say anything. */
function zipOf(items: readonly Item[], entryCount = items.length): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, content = new Uint8Array(), flags = 0, attributes = 0, method = 8, saysSize } of items) {
    const bytes = Buffer.from(typeof name === 'string' ? Buffer.from(name) : name);
    const packed = method === 8 ? deflateRawSync(content) : Buffer.from(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(saysSize ?? content.length, 18);
    common.writeUInt16LE(bytes.length, 22);
    local.push(Buffer.from('504b0304', 'hex'), common, bytes, packed);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(attributes >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    central.push(Buffer.from('504b01021403', 'hex'), common, tail, bytes);
    offset += 30 + bytes.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entryCount, 4);
  end.writeUInt16LE(entryCount, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...local, directory, Buffer.from('504b0506', 'hex'), end]);
}

async function refusal(bytes: Uint8Array, read = false): Promise<string[]> {
  try {
    const archive = await openArchive(bytes, {
      maxEntries: 20,
      maxUnpackedBytes: 32 * 2 ** 20,
      maxRatio: 250,
    });
    if (read) for (const entry of archive.entries) await archive.bytesOf(entry);
    return [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [error.code, ...(error.facts.errors ?? []).map(({ code }) => code)];
  }
}

describe('what an archive may hold', () => {
  it('names in UTF-8, in GBK without saying so, with backslashes; litter left out', async () => {
    const bytes = zipOf([
      { name: '数据/地块.shp', flags: 0x800, content: Buffer.from('a') },
      { name: encodeGbk('数据\\红线.shp').bytes, content: Buffer.from('bb') },
      { name: '__MACOSX/数据/._地块.shp' },
      { name: '数据/' },
      { name: '数据/.DS_Store' },
    ]);
    const archive = await openArchive(bytes);
    expect(archive.entries.map(({ name, size }) => [name, size])).toEqual([
      ['数据/地块.shp', 1],
      ['数据/红线.shp', 2],
    ]);
    expect((await archive.bytesOf(archive.entries[1]!)).toString()).toBe('bb');
  });

  it('what a common library writes', async () => {
    const zip = new ZipFile();
    zip.addBuffer(Buffer.from('甲'), '夹/甲.txt');
    zip.end();
    const chunks: Buffer[] = [];
    for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
    const archive = await openArchive(Buffer.concat(chunks));
    expect((await archive.bytesOf(archive.entries[0]!)).toString()).toBe('甲');
  });
});

describe('what an archive is refused for', () => {
  const link = (0o120777 << 16) >>> 0;
  it.each<[string, Item[], string[]]>([
    ['an upward name', [{ name: '../a.shp' }], ['unsupported-format', 'unsafe-name']],
    ['an upward name in backslashes', [{ name: 'a\\..\\..\\b' }], ['unsupported-format', 'unsafe-name']],
    ['an absolute name', [{ name: '/etc/passwd' }], ['unsupported-format', 'unsafe-name']],
    ['a drive', [{ name: 'C:/a.shp' }], ['unsupported-format', 'unsafe-name']],
    ['a control character', [{ name: 'a\u0000.shp' }], ['unsupported-format', 'unsafe-name']],
    ['a name twice', [{ name: 'a.shp' }, { name: 'A.SHP' }], ['unsupported-format', 'duplicate-name']],
    ['a link', [{ name: 'a.shp', attributes: link }], ['unsupported-format', 'link-in-archive']],
    ['encryption', [{ name: 'a.shp', flags: 1 }], ['unsupported-format', 'encrypted-archive']],
    ['another compression', [{ name: 'a.shp', method: 12 }], ['unsupported-format', 'unknown-compression']],
    ['an archive inside', [{ name: 'b.zip' }], ['unsupported-format', 'nested-archive']],
    [
      'everything at once',
      [{ name: '../a' }, { name: 'b.7z' }, { name: 'b.7z' }],
      ['unsupported-format', 'unsafe-name', 'nested-archive', 'duplicate-name', 'nested-archive'],
    ],
    [
      'too many files',
      Array.from({ length: 21 }, (_, i) => ({ name: `${i}` })),
      ['too-large', 'too-many-entries'],
    ],
    [
      'a size beyond the limit',
      [{ name: 'a', saysSize: 2 ** 31 }],
      ['too-large', 'unpacked-too-large', 'suspicious-ratio'],
    ],
    ['a bomb', [{ name: 'a', content: new Uint8Array(20 * 2 ** 20) }], ['too-large', 'suspicious-ratio']],
  ])('%s', async (_name, items, expected) => {
    expect(await refusal(zipOf(items))).toEqual(expected);
  });

  it('sizes that lie, found while unpacking', async () => {
    const content = new Uint8Array(100_000);
    expect(await refusal(zipOf([{ name: 'a', content, saysSize: 10 }]), true)).toEqual([
      'unsupported-format',
      'broken-archive',
    ]);
  });

  it('an archive under another name', async () => {
    expect(await refusal(zipOf([{ name: 'a.shp', content: zipOf([]), method: 0 }]), true)).toEqual([
      'unsupported-format',
      'nested-archive',
    ]);
    const inner = zipOf([{ name: 'x', content: Buffer.from('x') }]);
    expect(await refusal(zipOf([{ name: 'a.shp', content: inner }]), true)).toEqual([
      'unsupported-format',
      'nested-archive',
    ]);
  });

  it('a directory that is not there, or says more than it holds', async () => {
    expect(await refusal(Buffer.from('504b0304000000', 'hex'))).toEqual([
      'unsupported-format',
      'broken-archive',
    ]);
    expect(await refusal(zipOf([{ name: 'a' }], 7))).toEqual(['unsupported-format', 'broken-archive']);
  });
});
