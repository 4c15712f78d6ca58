import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerWriter } from '../../src/checks/answer-bytes.js';
import { packAnswer, unpackAnswer } from '../../src/checks/packed-answer.js';

const head = { id: 'chk_1', createdAt: '2025-06-01T00:00:00.000Z', sha256: 'f'.repeat(64) };

/** An answer of groups of parcels of so many bytes, packed as it grew. */
async function grown(groups: readonly number[], before: string) {
  const text = new AnswerWriter(0); // so that room has to be made again and again
  for (const [i, bytes] of groups.entries()) {
    for (let n = 0; n < bytes; n += 40) text.write(`{"地块":"${i}-${n}","areaM2":${n}.25},`.padEnd(40));
    text.packSoFar();
  }
  text.write(']}');
  text.writeBefore(`{"stage":"${before}","parcels":[`);
  const whole = text.withHead(head);
  return { whole, packed: await text.pack() };
}

describe('packed answers', () => {
  it('unpack to the very bytes, whatever was packed when', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(0, 40, 90_000, 130_000, 400_000), { maxLength: 5 }),
        fc.constantFrom('', '预审'.repeat(20_000)),
        async (groups, before) => {
          const { whole, packed } = await grown(groups, before);
          expect((await unpackAnswer(packed)).equals(whole)).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('are in parts where there is much of them', async () => {
    const { packed } = await grown([400_000, 400_000], '');
    expect(packed.subarray(0, 4).toString()).toBe('OMP1');
    const { packed: small } = await grown([400], '');
    expect(small.subarray(0, 4).toString()).not.toBe('OMP1');
  });

  it('are still read in one piece, as they were stored before', async () => {
    const whole = Buffer.from(JSON.stringify({ answer: '重叠'.repeat(100_000) }));
    expect((await unpackAnswer(await packAnswer(whole))).equals(whole)).toBe(true);
  });

  it.each([1, 3, 7, 5_000])('are refused when %d bytes are missing', async (missing) => {
    const { packed } = await grown([400_000, 400_000], '');
    await expect(unpackAnswer(packed.subarray(0, -missing))).rejects.toThrow();
  });

  it('are refused when a part is damaged', async () => {
    const { packed } = await grown([400_000, 400_000], '');
    packed.fill(0xff, 1_000, 1_040);
    await expect(unpackAnswer(packed)).rejects.toThrow();
  });
});
