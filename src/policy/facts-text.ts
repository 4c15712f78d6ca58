/** Facts in one parameter: `projectType:energy,singleSite:true`. Which there are and what they may be is the pack's to say. */
import { AppError } from '../core/errors.js';

const pair = /^\s*([A-Za-z][A-Za-z0-9]*)\s*[:：]\s*(\S.*?)\s*$/;

/** @throws AppError bad-parameter for text that is no list of pairs, or names one twice */
export function readFactsText(text: string): Record<string, string> {
  const facts = new Map<string, string>();
  for (const part of text.split(/[,，]/)) {
    const [, name, value] = pair.exec(part) ?? [];
    if (name === undefined || value === undefined || facts.has(name)) throw badFacts(part);
    facts.set(name, value);
  }
  return Object.fromEntries(facts);
}

function badFacts(part: string): AppError {
  const shown = part.trim().slice(0, 60);
  const detail = {
    zh: `申报项“${shown}”无法识别，请写成“名称:值”，多项以逗号分隔，每项只写一次。`,
    en: `The fact "${shown}" cannot be read; write name:value, several separated by commas, each once.`,
  };
  return new AppError('bad-parameter', 'facts cannot be read', {
    detail,
    errors: [{ pointer: '/query/facts', code: 'bad-parameter', detail }],
  });
}
