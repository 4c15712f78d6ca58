/** A process as a kind of job: how its inputs are stored, run, and its outputs given back. */
import { randomUUID } from 'node:crypto';
import type { CheckParts } from '../../checks/check-parts.js';
import type { Job, JobHandler, JobRequest } from '../../jobs/job-types.js';
import { JSON_TYPE } from '../media.js';
import type { Language, StandardAnswer, StandardParts } from '../standard.js';
import type { Process, ResultPage } from './process-types.js';
import type { Execution } from './read-execution.js';

const PREFIX = 'process-';

/** Kind of the jobs that the standard lists. */
export const kindOf = ({ id }: Pick<Process, 'id'>): string => `${PREFIX}${id}`;

/**
 * Kind of the work behind an answer that is waited for. It is none of the standard's jobs: of such a one the answer would
 * have to carry a `monitor` link (OGC 18-062r2, requirement 33).
 */
export const awaitedKindOf = ({ id }: Pick<Process, 'id'>): string => `awaited-${id}`;

export const processIdOf = ({ kind }: Pick<Job, 'kind'>): string => kind.slice(PREFIX.length);

interface Kept {
  kept: Readonly<Record<string, unknown>>;
  outputs: readonly string[];
  response: Execution['response'];
}

/**
 * The inputs are the stored body of the job: megabytes of parcels are not looked at again until it runs. The day is
 * fixed when it is asked for: taken up again tomorrow, the work follows the same rules.
 */
export function jobOf(
  process: Process,
  kind: string,
  { inputs, outputs, response }: Execution,
  today: string,
): JobRequest {
  const dated = process.inputs.onDate && inputs.onDate === undefined ? { ...inputs, onDate: today } : inputs;
  const input = Buffer.from(JSON.stringify(dated));
  return { kind, params: { outputs, response }, input };
}

export const runProcess =
  (process: Process, parts: () => CheckParts): JobHandler =>
  async ({ id, input, params }, watch) => {
    const inputs = JSON.parse(Buffer.from(input!).toString('utf8'));
    const kept = await process.run(parts(), inputs, { ...watch, jobId: id });
    const result: Kept = { kept, outputs: params.outputs, response: params.response };
    return { result };
  };

/** Where people read what a job has made. */
export const pagesOf = (process: Process, { status, result }: Job): readonly ResultPage[] =>
  status === 'succeeded' && result !== null ? (process.pages?.((result as Kept).kept) ?? []) : [];

/** The outputs of a successful job that were asked for, as JSON texts in both languages. */
export async function readOutputs(parts: StandardParts, process: Process, job: Pick<Job, 'id'>) {
  const { kept, outputs, response } = JSON.parse((await parts.jobs.readResult(job.id))!) as Kept;
  const texts = process.read
    ? await process.read(parts.check, kept)
    : Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, JSON.stringify(value)]));
  return { named: Object.entries(texts).filter(([name]) => outputs.includes(name)), response };
}

/**
 * The results of a successful job. Raw: a single output is the value itself, several are parts of one answer
 * (OGC 18-062r2 /req/core/process-execute-sync-raw-value-multi). Otherwise a document of all.
 */
export async function readResults(
  parts: StandardParts,
  process: Process,
  job: Pick<Job, 'id'>,
  language: Language,
): Promise<Pick<StandardAnswer, 'type' | 'body'>> {
  const { named, response } = await readOutputs(parts, process, job);
  if (response === 'raw' && named.length > 1)
    return related(named.map(([name, text]) => [name, parts.localize(text, language)]));
  const whole =
    response === 'raw' && named.length === 1
      ? named[0]![1]
      : `{${named.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`;
  return { type: JSON_TYPE, body: parts.localize(whole, language) };
}

/** RFC 2387, with the name of each output as its Content-ID; a text is a part as it stands, anything else as JSON. */
function related(named: readonly (readonly [string, string])[]): Pick<StandardAnswer, 'type' | 'body'> {
  const boundary = `output-${randomUUID()}`;
  const parts = named.map(([name, json]) => ({
    name,
    ...(json.startsWith('"')
      ? { type: 'text/plain; charset=utf-8', text: JSON.parse(json) as string }
      : { type: JSON_TYPE, text: json }),
  }));
  const bodies = parts.map(
    ({ name, type, text }) =>
      `--${boundary}\r\nContent-Type: ${type}\r\nContent-ID: <${name}>\r\n\r\n${text}\r\n`,
  );
  return {
    type: `multipart/related; type="${parts[0]!.type.split(';')[0]}"; boundary="${boundary}"`,
    body: `${bodies.join('')}--${boundary}--\r\n`,
  };
}
