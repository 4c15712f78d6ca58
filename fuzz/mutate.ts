/** Changes to good files that a careless program or hand would make: lines, fields, digits, signs, bytes. Seeded. */
import { encodeGbk } from '../src/formats/txt-encoding.js';

/** A small generator (mulberry32): the same seed gives the same run on every machine. */
export function createRandom(seed: number): { below(n: number): number; pick<T>(list: readonly T[]): T } {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (n: number): number => Math.floor(next() * n);
  return { below, pick: (list) => list[below(list.length)]! };
}
export type Random = ReturnType<typeof createRandom>;

const signs = [
  ',',
  '，',
  '@',
  '.',
  '-',
  '=',
  '[',
  ']',
  ' ',
  '\t',
  '0',
  '9',
  'J',
  '面',
  'e',
  '"',
  '{',
  '}',
  '\u0000',
  '\ufeff',
];

type Change = (lines: string[], random: Random, others: readonly string[]) => void;

const changes: readonly Change[] = [
  (lines, { below }) => void lines.splice(below(lines.length), 1 + below(3)),
  (lines, { below }, others) => void lines.splice(below(lines.length), 0, others[below(others.length)]!),
  (lines, { below }) => {
    const at = below(lines.length);
    lines.splice(at, 0, lines[at]!);
  },
  (lines, { below }) => {
    const [a, b] = [below(lines.length), below(lines.length)];
    [lines[a], lines[b]] = [lines[b]!, lines[a]!];
  },
  (lines, { below, pick }) => {
    const at = below(lines.length);
    const line = lines[at]!;
    const cut = below(line.length + 1);
    lines[at] = line.slice(0, cut) + pick(signs) + line.slice(cut + below(2));
  },
  // columns of a line turned, doubled or emptied
  (lines, { below, pick }) => {
    const at = below(lines.length);
    const fields = lines[at]!.split(',');
    const [a, b] = [below(fields.length), below(fields.length)];
    const turn = pick(['swap', 'double', 'empty']);
    if (turn === 'swap') [fields[a], fields[b]] = [fields[b]!, fields[a]!];
    else if (turn === 'double') fields.splice(a, 0, fields[b]!);
    else fields[a] = '';
    lines[at] = fields.join(',');
  },
  (lines, { below }) => void lines.splice(0, below(lines.length)),
  (lines, { below }) => void lines.splice(below(lines.length)),
];

export function mutateText(text: string, random: Random, others: readonly string[]): Uint8Array {
  const lines = text.split(/\r\n|\n|\r/);
  const count = 1 + random.below(4);
  for (let i = 0; i < count && lines.length > 1; i++) random.pick(changes)(lines, random, others);
  const joined = lines.join(random.pick(['\n', '\r\n', '\r']));
  const bytes = random.below(3) === 0 ? encodeGbk(joined).bytes : Buffer.from(joined);
  return random.below(8) === 0 ? mutateBytes(bytes, random) : bytes;
}

/** For archives and binary files: bytes changed, cut, doubled. */
export function mutateBytes(bytes: Uint8Array, { below }: Random): Uint8Array {
  const copy = Buffer.from(bytes);
  const count = 1 + below(6);
  for (let i = 0; i < count && copy.length > 0; i++) copy[below(copy.length)] = below(256);
  const kind = below(6);
  if (kind === 0) return copy.subarray(0, below(copy.length));
  if (kind === 1) return Buffer.concat([copy, copy.subarray(below(copy.length))]);
  return copy;
}

/** Another digit in place of one of a coordinate of a point line; undefined where there is none. */
export function changeDigit(text: string, random: Random): string | undefined {
  const lines = text.split('\n');
  const points = [...lines.keys()].filter((i) => /^J?\d+,\d*,\d+\.\d+,\d+\.\d+/.test(lines[i]!));
  if (points.length === 0) return undefined;
  const at = random.pick(points);
  const fields = lines[at]!.split(',');
  const column = 2 + random.below(2);
  const places = [...fields[column]!.matchAll(/\d/g)].map(({ index }) => index);
  const place = random.pick(places);
  const old = Number(fields[column]![place]);
  const digit = (old + 1 + random.below(9)) % 10;
  fields[column] = fields[column]!.slice(0, place) + digit + fields[column]!.slice(place + 1);
  lines[at] = fields.join(',');
  return lines.join('\n');
}
