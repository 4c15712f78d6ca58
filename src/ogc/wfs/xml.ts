/** XML that comes in, as a small tree: read strictly, bounded, no DOCTYPE, in the encoding it says. */
import { SaxesParser } from 'saxes';
import { wfsFault } from './fault.js';

/** Namespaces in scope by their prefix; the default one under the empty prefix. */
export type Namespaces = Readonly<Record<string, string>>;

export interface XmlNode {
  /** Local name, without its prefix. */
  name: string;
  /** By local name in lower case: clients differ in the case of `typeNames`. */
  attributes: Readonly<Record<string, string>>;
  children: readonly XmlNode[];
  /** Text directly inside, trimmed. */
  text: string;
  namespaces: Namespaces;
}

const LIMITS = { characters: 2_000_000, depth: 60, nodes: 100_000, attributes: 200 };

interface Open {
  name: string;
  attributes: Record<string, string>;
  children: XmlNode[];
  text: string;
  namespaces: Namespaces;
}

/** Prefixes that are not declared are let pass: many clients put a filter into an address without its namespaces. */
const NO_NAMESPACES: Namespaces = Object.freeze(Object.create(null));

/** Throws `OperationParsingFailed`. Entities of a DTD can not be declared, so nothing expands. */
export function readXml(text: string, locator: string): XmlNode {
  const fail = failAt(locator);
  if (text.length > LIMITS.characters) fail('XML 过长', 'the XML is too long');
  const parser = new SaxesParser({ xmlns: false });
  const open: Open[] = [];
  let root: XmlNode | undefined;
  let nodes = 0;
  let attributesOfTag = 0;
  parser.on('doctype', () => fail('XML 中不允许 DOCTYPE', 'a DOCTYPE is not allowed'));
  parser.on('error', () => fail('不是合法的 XML', 'it is not well-formed XML'));
  parser.on('opentagstart', () => {
    attributesOfTag = 0;
  });
  parser.on('attribute', () => {
    if (++attributesOfTag > LIMITS.attributes)
      fail('XML 元素的属性过多', 'an XML element with too many attributes');
  });
  parser.on('opentag', (tag) => {
    if (++nodes > LIMITS.nodes || open.length >= LIMITS.depth)
      fail('XML 过大或嵌套过深', 'the XML is too large or too deep');
    const given = Object.entries(tag.attributes).map(([name, value]) => [name, String(value)] as const);
    const attributes = Object.fromEntries(
      given
        .filter(([name]) => !DECLARATION.test(name))
        .map(([name, value]) => [localName(name).toLowerCase(), value]),
    );
    const namespaces = declaredIn(given, open.at(-1)?.namespaces ?? NO_NAMESPACES);
    open.push({ name: localName(tag.name), attributes, children: [], text: '', namespaces });
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

const failAt =
  (locator: string) =>
  (zh: string, en: string): never => {
    throw wfsFault('OperationParsingFailed', locator, zh, en);
  };

const DECLARATION = /^xmlns(?::|$)/;

/** A scope reaches outer ones through its prototype: as deep as the elements at most, and nothing is copied. */
function declaredIn(attributes: readonly (readonly [string, string])[], outer: Namespaces): Namespaces {
  const own = attributes.filter(([name]) => DECLARATION.test(name));
  if (own.length === 0) return outer;
  const scope: Record<string, string> = Object.create(outer);
  for (const [name, uri] of own) scope[name.slice('xmlns:'.length)] = uri;
  return scope;
}

/**
 * The text of a document: by its byte order mark, the charset it was sent with, or its own declaration (XML 1.0 §F);
 * UTF-8 otherwise. Throws `OperationParsingFailed` where the bytes are no text in it.
 */
export function decodeXml(bytes: Uint8Array, charset: string | undefined, locator: string): string {
  const fail = failAt(locator);
  const [first, second] = bytes;
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  const declared = /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]{1,40})["']/.exec(head)?.[1];
  let label = charset ?? declared ?? 'utf-8';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) label = 'utf-16be';
  else if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) label = 'utf-16le';
  else if (first === 0xef && second === 0xbb) label = 'utf-8';
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    return fail(
      `内容不是 ${label.slice(0, 40)} 编码的文本`,
      `the content is no text in the encoding ${label.slice(0, 40)}`,
    );
  }
}

export const localName = (name: string): string => name.slice(name.lastIndexOf(':') + 1);

export const childOf = (node: XmlNode, ...names: string[]): XmlNode | undefined =>
  node.children.find(({ name }) => names.includes(name));
