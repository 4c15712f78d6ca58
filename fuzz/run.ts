/** `npm run fuzz -- [--seed N] [--runs N] [--only CAMPAIGN]`: prints what was tried; inputs that failed stay as files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Date.now() / 86_400_000)) },
    runs: { type: 'string', default: '20000' },
    only: { type: 'string' },
  },
});
const seed = Number(values.seed);
console.log(`seed ${seed}, ${values.runs} inputs each`);
let failed = 0;
for (const { name, runs, accepted, longestMs, failures } of await fuzz({
  seed,
  runs: Number(values.runs),
  only: values.only,
  timed: true,
})) {
  console.log(
    `${name}: ${runs} inputs, ${accepted} accepted, longest ${longestMs.toFixed(0)} ms, ${failures.length} failures`,
  );
  for (const { run, complaint, input } of failures) {
    mkdirSync('fuzz-failures', { recursive: true });
    const file = join('fuzz-failures', `${name}-${seed}-${run}.bin`);
    writeFileSync(file, input);
    console.log(`  input ${run} (${file}): ${complaint}`);
    failed += 1;
  }
}
process.exitCode = failed > 0 ? 1 : 0;
