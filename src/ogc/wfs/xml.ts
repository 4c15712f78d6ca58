/** XML that comes in, as a small tree: read strictly, bounded, no DOCTYPE. */
import { SaxesParser } from 'saxes';
import { wfsFault } from './fault.js';

export interface XmlNode {
  /** Local name, without its prefix. */
  name: string;
  /** By local name in lower case: clients differ in the case of `typeNames`. */
  attributes: Readonly<Record<string, string>>;
  children: readonly XmlNode[];
  /** Text directly inside, trimmed. */
  text: string;
}

const LIMITS = { characters: 2_000_000, depth: 60, nodes: 100_000 };

interface Open {
  name: string;
  attributes: Record<string, string>;
  children: XmlNode[];
  text: string;
}

/** Throws `OperationParsingFailed`. Entities of a DTD can not be declared, so nothing expands. */
export function readXml(text: string, locator: string): XmlNode {
  const fail = (zh: string, en: string): never => {
    throw wfsFault('OperationParsingFailed', locator, zh, en);
  };
  if (text.length > LIMITS.characters) fail('XML 过长', 'the XML is too long');
  const parser = new SaxesParser({ xmlns: false });
  const open: Open[] = [];
  let root: XmlNode | undefined;
  let nodes = 0;
  parser.on('doctype', () => fail('XML 中不允许 DOCTYPE', 'a DOCTYPE is not allowed'));
  parser.on('error', () => fail('不是合法的 XML', 'it is not well-formed XML'));
  parser.on('opentag', (tag) => {
    if (++nodes > LIMITS.nodes || open.length >= LIMITS.depth)
      fail('XML 过大或嵌套过深', 'the XML is too large or too deep');
    const attributes = Object.fromEntries(
      Object.entries(tag.attributes).map(([name, value]) => [localName(name).toLowerCase(), String(value)]),
    );
    open.push({ name: localName(tag.name), attributes, children: [], text: '' });
  });
  const addText = (chunk: string): void => {
    const current = open.at(-1);
    if (current) current.text += chunk;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const node = open.pop()!;
    const done: XmlNode = { ...node, text: node.text.trim() };
    const parent = open.at(-1);
    if (parent) parent.children.push(done);
    else root = done;
  });
  parser.write(text).close();
  return root ?? fail('XML 为空', 'the XML is empty');
}

export const localName = (name: string): string => name.slice(name.lastIndexOf(':') + 1);

export const childOf = (node: XmlNode, ...names: string[]): XmlNode | undefined =>
  node.children.find(({ name }) => names.includes(name));
