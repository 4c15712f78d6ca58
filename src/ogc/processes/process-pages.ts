/** The list of processes and one of them (OGC 18-062r2 §7.9, §7.10). */
import { jsonAnswer, rootOf } from '../common/landing.js';
import { badParameter, JSON_TYPE, parameterOf, refuseUnknownParameters, selfLinks } from '../media.js';
import type { Language, Link, StandardAnswer, StandardParts, StandardRequest } from '../standard.js';
import { noSuchProcess } from './process-faults.js';
import type { Process } from './process-types.js';

export const jsonOnly = [{ f: 'json', type: JSON_TYPE }] as const;

const EXECUTE = 'http://www.opengis.net/def/rel/ogc/1.0/execute';

export async function readProcesses(request: StandardRequest, parts: StandardParts): Promise<StandardAnswer> {
  refuseUnknownParameters(request, ['f', 'limit']);
  const limit = readLimit(request, 100);
  const { language } = request;
  const root = rootOf(request);
  const processes = parts.processes.slice(0, limit).map((process) => ({
    ...summaryOf(process, language),
    links: [{ href: `${root}/processes/${process.id}`, rel: 'self', type: JSON_TYPE }],
  }));
  return jsonAnswer({ processes, links: selfLinks(request, jsonOnly, jsonOnly[0]) });
}

export async function readProcess(request: StandardRequest, parts: StandardParts): Promise<StandardAnswer> {
  refuseUnknownParameters(request, ['f']);
  const process = getProcess(request, parts);
  return jsonAnswer(describeProcess(process, rootOf(request), request.language));
}

/** Throws `no-such-process`. */
export function getProcess({ params }: StandardRequest, { processes }: StandardParts): Process {
  const process = processes.find(({ id }) => id === params.id);
  if (!process) throw noSuchProcess(params.id ?? '');
  return process;
}

const summaryOf = ({ id, title, description, version }: Process, language: Language) => ({
  id,
  title: title[language],
  description: description[language],
  version,
  jobControlOptions: ['sync-execute', 'async-execute', 'dismiss'],
  outputTransmission: ['value'],
});

function describeProcess(process: Process, root: string, language: Language): object {
  const own = `${root}/processes/${process.id}`;
  const links: Link[] = [
    { href: own, rel: 'self', type: JSON_TYPE },
    { href: `${own}/execution`, rel: EXECUTE, type: JSON_TYPE },
  ];
  const inputs = Object.entries(process.inputs).map(([name, { title, schema, required, most = 1 }]) => [
    name,
    { title: title[language], minOccurs: required ? 1 : 0, maxOccurs: most, schema },
  ]);
  const outputs = Object.entries(process.outputs).map(([name, { title, schema }]) => [
    name,
    { title: title[language], schema },
  ]);
  return {
    ...summaryOf(process, language),
    inputs: Object.fromEntries(inputs),
    outputs: Object.fromEntries(outputs),
    links,
    example: process.example,
  };
}

export function readLimit(request: StandardRequest, most: number): number {
  const text = parameterOf(request, 'limit');
  if (text === undefined) return most;
  const limit = Number(text);
  if (!/^\d{1,9}$/.test(text) || limit < 1)
    throw badParameter('limit', '应为正整数', 'it must be a whole number above 0');
  return Math.min(limit, most);
}
