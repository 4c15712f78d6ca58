import { expect, it } from 'vitest';
import { fuzz } from '../../fuzz/fuzz.js';

it('a short run of every campaign finds nothing, and enough inputs stay good enough to be accepted', async () => {
  const reports = await fuzz({ seed: 20250603, runs: 150, timed: false });
  expect(
    reports.flatMap(({ failures }) =>
      failures.map(({ campaign, run, complaint }) => [campaign, run, complaint]),
    ),
  ).toEqual([]);
  for (const { name, accepted, runs } of reports)
    expect([name, runs, accepted > 0]).toEqual([name, 150, true]);
});
