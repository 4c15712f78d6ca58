/**
 * Full case folding of Unicode in SQL (OGC 21-065r2 /req/case-insensitive-comparison/casei-function E). `lower` of both
 * databases folds all but a few hundred characters: ß, the last sigma, ligatures, Cherokee. A text with one of those is
 * folded character by character.
 */
import type { Bind } from './feature-table.js';

/** Where the tables of lower case of a database may be older than Unicode 14: circled letters, late Latin and others. */
const LATE = [
  [0x1c89, 0x1c8a],
  [0x24b6, 0x24cf],
  [0x2c2f, 0x2c2f],
  [0xa7c0, 0xa7f5],
  [0x10570, 0x10595],
  [0x10d50, 0x10d65],
  [0x16ea0, 0x16eb8],
] as const;

const CHEROKEE = /[\u13a0-\u13f5\u13f8-\u13fd\uab70-\uabbf]/;

/** Of one character: the fold of its capital, so that all its variants meet. */
function foldOf(letter: string): string {
  if (CHEROKEE.test(letter)) return letter.toUpperCase();
  // a dotless i stays what it is; the capital sharp s has no other capital
  if (letter === 'ı') return letter;
  return letter === 'ẞ' ? 'ss' : letter.toUpperCase().toLowerCase();
}

interface Unusual {
  letters: string[];
  folds: string[];
  /** A regular expression for a text that has one of them. */
  any: string;
}

let known: Unusual | undefined;

/** Letters that `lower` does not fold: found when somebody asks, it takes a twentieth of a second. */
function unusual(): Unusual {
  known ??= findUnusual();
  return known;
}

function findUnusual(): Unusual {
  const letters: string[] = [];
  const folds: string[] = [];
  for (let code = 0x80; code < 0x1e944; code++) {
    if (code === 0xd800) code = 0xe000;
    const letter = String.fromCodePoint(code);
    const folded = foldOf(letter);
    const late = LATE.some(([from, to]) => code >= from && code <= to);
    // where one letter folds into several, a database answers with one
    const several = folded.length > letter.length;
    if (late ? folded === letter : !several && folded === letter.toLowerCase()) continue;
    letters.push(letter);
    folds.push(folded);
  }
  return { letters, folds, any: `[${letters.join('')}]` };
}

/** A constant, folded as `bindFolding` folds what is stored. */
export const foldText = (text: string): string => [...text].map(foldOf).join('');

/** Binds the table at once; what it answers writes the fold of a text. */
export function bindFolding(bind: Bind): (text: string) => string {
  const { letters, folds, any: pattern } = unusual();
  const any = bind(pattern, 'text');
  const table = `unnest(${bind(letters, 'text[]')}, ${bind(folds, 'text[]')}) as fold (letter, folded)`;
  return (text) =>
    `(case when ${text} ~ ${any}
       then (select string_agg(coalesce(fold.folded, lower(spelled.letter)), null::text order by spelled.place)
         from string_to_table(${text}, null) with ordinality as spelled (letter, place)
         left join ${table} on fold.letter = spelled.letter)
       else lower(${text}) end)`;
}
