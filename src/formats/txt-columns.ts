/** Reads single lines of a 国土 TXT file: a section, an entry, an attribute line, a point line. Knows no neighbours. */

/** Full-width digits, letters and signs as their plain forms; only for what is no name. */
export const plain = (text: string): string =>
  // most fields are plain ASCII: normalizing them takes longer than seeing that
  /[^\x21-\x7e]/.test(text) ? text.normalize('NFKC').trim() : text;

/** `[属性描述]`, also in full-width brackets and after blanks: what stands inside. */
export function sectionOf(line: string): string | undefined {
  const text = line.trim();
  const isBracketed = text.length > 1 && '[【［〔'.includes(text[0]!) && ']】］〕'.includes(text.at(-1)!);
  return isBracketed ? plain(text.slice(1, -1)) : undefined;
}

/** `带号=38`; the key plain, the value as written. */
export function entryOf(line: string): { key: string; value: string } | undefined {
  const sign = line.search(/[=＝]/);
  const key = sign < 0 ? '' : plain(line.slice(0, sign));
  // in an attribute line the sign may be part of a name
  return key === '' || /[,@]/.test(key) ? undefined : { key, value: line.slice(sign + 1).trim() };
}

export const isAttributeLine = (line: string): boolean => '@＠'.includes(line.trimEnd().at(-1) ?? ' ');

export interface AttributeColumns {
  /** By standard name, filled ones only; 图形属性 is JLTXSX. */
  attributes: Record<string, string>;
  /** Five columns whose first is text and whose fourth is filled: neither of the two known kinds. */
  firstIsNoCount?: string;
}

const thirteen = [
  ...['JZDS', 'DKMJ', 'DKBH', 'DKMC', 'JLTXSX', 'TFH', 'DKYT', 'DLBM'],
  ...['TBLX', 'DL', 'GZQ', 'GZH', 'BZ'],
];
/** 报批, 供地 */
const nine = thirteen.slice(0, 8);
/** 一张图 */
const fiveByNumber = ['DKBH', 'DKMC', 'JLTXSX'];
/** 卫片执法 */
const fiveByCount = ['JZDS', 'DKMC', 'JLTXSX', 'DKYT'];

/** The columns of a line that ends in @, or how many there are when that is none of the known numbers. */
export function readAttributeLine(line: string): AttributeColumns | { count: number } {
  const body = line.trimEnd().slice(0, -1);
  const halfWidth = body.split(',');
  const fields = columnsBeforeAt(halfWidth);
  if (isKnown(fields)) return nameColumns(fields);
  // names may hold full-width commas: they separate only where plain ones do not
  const fullWidth = columnsBeforeAt(body.split(/[,，]/));
  return isKnown(fullWidth) ? nameColumns(fullWidth) : { count: fields.length + 1 };
}

/** The comma before @ leaves an empty last field: it is no column. */
function columnsBeforeAt(fields: readonly string[]): string[] {
  const trimmed = fields.map((field) => field.trim());
  return trimmed.length > 1 && trimmed[trimmed.length - 1] === '' ? trimmed.slice(0, -1) : trimmed;
}

const isKnown = ({ length }: readonly string[]): boolean =>
  length === 8 || length === 13 || length === 4 || length === 3;

function nameColumns(fields: readonly string[]): AttributeColumns {
  const { length } = fields;
  if (length === 13) return { attributes: named(thirteen, fields) };
  if (length === 8) return { attributes: named(nine, fields) };
  const [first = '', , , fourth = ''] = fields;
  if (fourth === '') return { attributes: named(fiveByNumber, fields) };
  if (/^\d+$/.test(plain(first))) return { attributes: named(fiveByCount, fields) };
  const attributes = named(['DKBH', 'DKMC', 'JLTXSX', 'DKYT'], fields);
  return { attributes, firstIsNoCount: first };
}

function named(names: readonly string[], fields: readonly string[]): Record<string, string> {
  const filled = names.map((name, i) => [name, fields[i] ?? ''] as const).filter(([, value]) => value !== '');
  return Object.fromEntries(filled);
}

export interface PointColumns {
  number: string;
  /** 圈号; empty where the line has none. */
  ring: string;
  first: number;
  second: number;
  /** Most decimals of the two coordinates. */
  decimals: number;
  hasMore: boolean;
}

/** A point line; `badNumber` is the field that should be a coordinate; undefined when it is no point line at all. */
export function readPointLine(line: string): PointColumns | { badNumber: string } | undefined {
  const fields = line.split(/[,，\t]/).map(plain);
  const [number = '', second = '', third = '', fourth = '', fifth = ''] = fields;
  if (fields.length < 3 || number.includes('=')) return undefined;
  // 点号,圈号,X,Y
  if (fourth !== '' && isRingNumber(second)) {
    return readPair(number, second, third, fourth, fields.slice(4));
  }
  // 点号,X,Y,,圈号,
  if (fourth === '' && isRingNumber(fifth) && !isRingNumber(second)) {
    return readPair(number, fifth, second, third, fields.slice(5));
  }
  return undefined;
}

const isRingNumber = (text: string): boolean => /^\d{0,4}$/.test(text);

function readPair(
  number: string,
  ring: string,
  first: string,
  second: string,
  more: readonly string[],
): PointColumns | { badNumber: string } {
  const bad = [first, second].find((text) => !isDecimal(text));
  if (bad !== undefined) return { badNumber: bad };
  const decimals = Math.max(decimalsOf(first), decimalsOf(second));
  const hasMore = more.some((field) => field !== '');
  return { number, ring, first: Number(first), second: Number(second), decimals, hasMore };
}

// bounded, so that every number is finite and no text of digits can take long
const isDecimal = (text: string): boolean => /^[+-]?\d{1,12}(\.\d{0,20})?$/.test(text);

function decimalsOf(text: string): number {
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.length - point - 1;
}
