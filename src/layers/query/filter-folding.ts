/**
 * Full case folding of Unicode in SQL (OGC 21-065r2 /req/case-insensitive-comparison/casei-function E), the same on every
 * database: `lower` answers by the locale that one was made with, under C for ASCII alone. So it is asked for ASCII, and
 * a text with another letter that has a case is folded character by character, by a table.
 */
import type { Bind } from './feature-table.js';

const CHEROKEE = /[\u13a0-\u13f5\u13f8-\u13fd\uab70-\uabbf]/;

/** Of one character: the fold of its capital, so that all its variants meet. */
function foldOf(letter: string): string {
  if (CHEROKEE.test(letter)) return letter.toUpperCase();
  // a dotless i stays what it is; the capital sharp s has no other capital
  if (letter === 'ı') return letter;
  return letter === 'ẞ' ? 'ss' : letter.toUpperCase().toLowerCase();
}

interface Folds {
  letters: string[];
  folds: string[];
  /** A regular expression for a text that has one of them. */
  any: string;
}

let known: Folds | undefined;

/** All letters beyond ASCII that fold: found when somebody asks, it takes a twentieth of a second. */
function foldTable(): Folds {
  known ??= findFolds();
  return known;
}

function findFolds(): Folds {
  const letters: string[] = [];
  const folds: string[] = [];
  for (let code = 0x80; code < 0x1e944; code++) {
    if (code === 0xd800) code = 0xe000;
    const letter = String.fromCodePoint(code);
    const folded = foldOf(letter);
    if (folded === letter) continue;
    letters.push(letter);
    folds.push(folded);
  }
  return { letters, folds, any: `[${letters.join('')}]` };
}

/** A constant, folded as `bindFolding` folds what is stored. */
export const foldText = (text: string): string => [...text].map(foldOf).join('');

/** Binds the table at once; what it answers writes the fold of a text. */
export function bindFolding(bind: Bind): (text: string) => string {
  const { letters, folds, any: pattern } = foldTable();
  const any = bind(pattern, 'text');
  const table = `unnest(${bind(letters, 'text[]')}, ${bind(folds, 'text[]')}) as fold (letter, folded)`;
  const lower = (text: string): string => `lower(${text} collate "C")`;
  return (text) =>
    `(case when ${text} ~ ${any}
       then (select string_agg(coalesce(fold.folded, ${lower('spelled.letter')}), null::text order by spelled.place)
         from string_to_table(${text}, null) with ordinality as spelled (letter, place)
         left join ${table} on fold.letter = spelled.letter)
       else ${lower(text)} end)`;
}
