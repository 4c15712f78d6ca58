/** Where in a JSON text a pointer stands: line and column, so that a fault can be found in the file that was written. */
import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { InputFault } from '../core/errors.js';
import { fault, token } from './pack-faults.js';

export interface PlacedJson {
  value: unknown;
  /** Syntax errors and members that are written twice; with any of them `value` is not to be used. */
  faults: readonly InputFault[];
  /** The fault with its line and column (from 1); a member that is missing stands at the object that lacks it. */
  place(fault: InputFault): InputFault;
}

const strict = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false };

export function parsePlacedJson(text: string): PlacedJson {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, strict);
  const at = lineFinder(text);
  const faults = errors.map(({ error, offset }) => ({
    ...fault(
      '',
      'not-json',
      `不是有效的 JSON：${printParseErrorCode(error)}。`,
      `Not valid JSON: ${printParseErrorCode(error)}.`,
    ),
    ...at(offset),
  }));
  if (!root || faults.length > 0) return { value: undefined, faults, place: (one) => one };
  const place = (one: InputFault): InputFault => ({ ...one, ...at(nodeOf(root, one.pointer).offset) });
  return { value: JSON.parse(text), faults: repeatedMembers(root, '').map(place), place };
}

/** The node of a pointer, or the nearest one above it that is there. */
function nodeOf(root: Node, pointer: string): Node {
  const path = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  for (let length = path.length; length > 0; length--) {
    const steps = path.slice(0, length);
    const node = findNodeAtLocation(
      root,
      steps.map((step, i) => indexOrName(root, steps.slice(0, i), step)),
    );
    if (node) return node.parent?.type === 'property' ? node.parent : node;
  }
  return root;
}

function indexOrName(root: Node, above: readonly string[], step: string): string | number {
  let holder: Node | undefined = root;
  for (const part of above) {
    if (!holder) break;
    holder = findNodeAtLocation(holder, [holder.type === 'array' ? Number(part) : part]);
  }
  return holder?.type === 'array' ? Number(step) : step;
}

/** JSON readers keep the last of two equal names and drop the first without a word. */
function repeatedMembers(node: Node, pointer: string): InputFault[] {
  const children = node.children ?? [];
  if (node.type === 'array') return children.flatMap((child, i) => repeatedMembers(child, `${pointer}/${i}`));
  if (node.type !== 'object') return [];
  const seen = new Set<string>();
  return children.flatMap((property) => {
    const [name, value] = property.children ?? [];
    const at = `${pointer}/${token(String(name?.value))}`;
    const repeated = seen.has(String(name?.value))
      ? [fault(at, 'repeated', `成员“${name?.value}”重复出现。`, `Member "${name?.value}" appears twice.`)]
      : [];
    seen.add(String(name?.value));
    return [...repeated, ...(value ? repeatedMembers(value, at) : [])];
  });
}

function lineFinder(text: string): (offset: number) => { line: number; column: number } {
  const starts = [0];
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - starts[low]! + 1 };
  };
}
