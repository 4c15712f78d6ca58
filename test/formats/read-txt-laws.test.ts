import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import { readTxt } from '../../src/formats/read-txt.js';
import { readPointLine } from '../../src/formats/txt-columns.js';
import type { TxtDocument } from '../../src/formats/txt-types.js';

const folder = new URL('../cases/formats/txt/', import.meta.url);
const texts = readdirSync(folder)
  .sort()
  .map((name) => readFileSync(new URL(name, folder), 'utf8'));
const allLines = [...new Set(texts.flatMap((text) => text.split('\n')))];

function tryRead(bytes: Uint8Array): TxtDocument | AppError {
  try {
    return readTxt(bytes, { maxParcels: 50, maxVertices: 2_000, maxFaults: 20 });
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

/** What holds for whatever is accepted: no coordinate invented, none left out, rings closed, lines told. */
function judgeAccepted({ parcels }: TxtDocument, text: string): void {
  const lines = text.split(/\r\n|\n|\r/);
  const pairs = new Set<string>();
  for (const parcel of parcels) {
    expect(parcel.rings.length).toBeGreaterThan(0);
    for (const [p, polygon] of parcel.rings.entries()) {
      for (const [r, ring] of polygon.entries()) {
        expect(ring.length).toBeGreaterThan(3);
        expect(ring[0]).toEqual(ring[ring.length - 1]);
        expect(parcel.pointNumbers[p]![r]).toHaveLength(ring.length);
        for (const [v, [x, y]] of ring.entries()) {
          pairs.add(`${x} ${y}`);
          expect(lines[parcel.lines[p]![r]![v]! - 1]).toBeDefined();
        }
      }
    }
  }
  const written = new Set<string>();
  for (const line of lines) {
    const point = readPointLine(line);
    if (!point || 'badNumber' in point) continue;
    const either = [`${point.first} ${point.second}`, `${point.second} ${point.first}`];
    const kept = either.find((pair) => pairs.has(pair));
    expect(kept).toBeDefined();
    written.add(kept!);
  }
  expect(written.size).toBe(pairs.size);
}

type Change = (lines: string[]) => string[];
const place = fc.nat(200);
const changes: fc.Arbitrary<Change> = fc.oneof(
  place.map(
    (i): Change =>
      (lines) =>
        lines.filter((_, k) => k !== i % lines.length),
  ),
  fc.tuple(place, place).map(
    ([i, j]): Change =>
      (lines) => {
        const copy = [...lines];
        const [a, b] = [i % copy.length, j % copy.length];
        [copy[a], copy[b]] = [copy[b]!, copy[a]!];
        return copy;
      },
  ),
  fc.tuple(place, fc.constantFrom(...allLines)).map(
    ([i, line]): Change =>
      (lines) => [...lines.slice(0, i % lines.length), line, ...lines.slice(i % lines.length)],
  ),
  fc
    .tuple(
      place,
      place,
      fc.constantFrom(',', '，', '@', '.', '-', '0', '9', '=', '[', '', ' ', '\0', 'J', '面', '\r'),
    )
    .map(
      ([i, at, sign]): Change =>
        (lines) =>
          lines.map((line, k) => {
            const cut = at % (line.length + 1);
            return k === i % lines.length ? line.slice(0, cut) + sign + line.slice(cut + 1) : line;
          }),
    ),
);

describe('laws of the TXT reader', () => {
  it('whatever is sent, it is read whole or refused with lines; never anything else', () => {
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.array(changes, { minLength: 1, maxLength: 4 }),
        (text, list) => {
          const changed = list.reduce((lines, change) => change(lines), text.split('\n')).join('\n');
          const answer = tryRead(Buffer.from(changed));
          if (answer instanceof AppError) {
            expect(['bad-parcel', 'bad-crs', 'too-large']).toContain(answer.code);
            expect(answer.facts.errors?.length).toBeGreaterThan(0);
            for (const { pointer } of answer.facts.errors ?? []) expect(pointer).toMatch(/^line \d+$/);
          } else {
            accepted += 1;
            judgeAccepted(answer, changed);
          }
        },
      ),
      { seed: 20250603, numRuns: 1_000 },
    );
    // the changes are small enough that many files stay readable
    expect(accepted).toBeGreaterThan(150);
  });

  it('bytes of any kind end in a document or a refusal', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.constantFrom(...texts), (bytes, text) => {
        tryRead(bytes);
        tryRead(Buffer.concat([Buffer.from(text), bytes]));
      }),
      { seed: 20250603, numRuns: 200 },
    );
  });

  it('the order of rings, their winding and first point change nothing but the order', () => {
    const text = texts.find((each) => each.includes('多部件地块'))!;
    const lines = text.trimEnd().split('\n');
    const head = lines.slice(0, 13);
    const rings = [lines.slice(13, 17), lines.slice(18, 22), lines.slice(23, 27)];
    const shapeOf = (ringList: string[][]): string => {
      const points = ringList.flatMap((ring, r) =>
        [...ring, ring[0]!].map((line) => line.replace(/^J\d+,\d+/, (m) => `${m.split(',')[0]},${r + 1}`)),
      );
      const [parcel] = readTxt(Buffer.from([...head, ...points].join('\n'))).parcels;
      return parcel!.rings
        .map((polygon) => polygon.map((ring) => [...new Set(ring.map(String))].sort().join(' ')).join(' | '))
        .sort()
        .join('\n');
    };
    const expected = shapeOf(rings);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(rings, { minLength: 3 }),
        fc.array(fc.tuple(fc.boolean(), fc.nat(3)), { minLength: 3, maxLength: 3 }),
        (order, turns) => {
          const turned = order.map((ring, i) => {
            const [reverse, start] = turns[i]!;
            const moved = [...ring.slice(start), ...ring.slice(0, start)];
            return reverse ? moved.reverse() : moved;
          });
          expect(shapeOf(turned)).toBe(expected);
        },
      ),
      { seed: 1, numRuns: 50 },
    );
  });

  it.each<[string, string, number]>([
    ['one endless line', `[${' '.repeat(2_000_000)}x`, 1],
    ['an endless entry', `${' '.repeat(9_000)}x\n`.repeat(200), 200],
    ['sections without end', '[x]\n'.repeat(200_000), 1],
    ['commas without end', `a${','.repeat(2_000_000)}`, 1],
    ['at signs without end', `${'@ '.repeat(4_900)}\n`.repeat(40), 40],
  ])('%s takes no longer than its length', (_name, text, atLeast) => {
    const answer = tryRead(Buffer.from(text));
    const { errors = [], moreErrors = 0 } = (answer as AppError).facts;
    expect(errors.length + Number(moreErrors)).toBeGreaterThanOrEqual(Math.min(atLeast, 20));
  });

  it('rings nested without end are refused, not waited for', () => {
    const lines = Array.from({ length: 6_000 }, (_, i) => {
      const [low, high] = [3_800_000 + i * 4, 4_000_000 - i * 4];
      const east = (north: number): number => 38_300_000 + (north - 3_800_000);
      const ring = [
        [low, low],
        [low, high],
        [high, high],
        [high, low],
        [low, low],
      ];
      return ring.map(([n, e]) => `J,${i % 9_999},${n},${east(e!)}`).join('\n');
    });
    const bytes = Buffer.from(lines.join('\n'));
    expect(() => readTxt(bytes)).toThrowError(expect.objectContaining({ code: 'too-large' }));
  });
});
