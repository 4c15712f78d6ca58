/** Files in memory to one ZIP archive, with a date that is given: the same files make the same bytes. */
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** Names are relative, in UTF-8. `date` is YYYY-MM-DD. */
export async function writeZip(
  entries: readonly { name: string; bytes: Uint8Array }[],
  date: string,
): Promise<Uint8Array> {
  const zip = new ZipFile();
  // ZIP has local times without a zone: noon is the same day everywhere
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const mtime = new Date(year, month - 1, day, 12);
  for (const { name, bytes } of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    zip.addBuffer(Buffer.from(bytes), name, { mtime, mode: 0o100644, forceDosTimestamp: true });
  }
  zip.end();
  return buffer(zip.outputStream);
}
