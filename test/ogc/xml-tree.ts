/** XML answers as a test looks at them: a tree whose names carry their namespaces, read strictly. */
import { SaxesParser } from 'saxes';

export interface XmlElement {
  /** `{namespace}local`; without a namespace the local name alone. */
  name: string;
  /** By the same kind of name. */
  attributes: Record<string, string>;
  children: XmlElement[];
  /** Text directly inside. */
  text: string;
}

export const ns = {
  wfs: 'http://www.opengis.net/wfs/2.0',
  fes: 'http://www.opengis.net/fes/2.0',
  ows: 'http://www.opengis.net/ows/1.1',
  gml: 'http://www.opengis.net/gml/3.2',
  ogc: 'http://www.opengis.net/ogc',
  xs: 'http://www.w3.org/2001/XMLSchema',
  xsi: 'http://www.w3.org/2001/XMLSchema-instance',
  xlink: 'http://www.w3.org/1999/xlink',
} as const;

/** `wfs:member` → `{http://www.opengis.net/wfs/2.0}member`. */
export function qualified(name: string): string {
  const [prefix, local] = name.split(':') as [string, string?];
  return local === undefined ? prefix : `{${ns[prefix as keyof typeof ns]}}${local}`;
}

/** Throws for XML that is not well-formed, prefixes that are not declared among it. */
export function readTree(text: string): XmlElement {
  const parser = new SaxesParser({ xmlns: true });
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  const named = (uri: string, local: string): string => (uri === '' ? local : `{${uri}}${local}`);
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => {
    const attributes = Object.fromEntries(
      Object.values(tag.attributes)
        .filter(({ uri }) => uri !== 'http://www.w3.org/2000/xmlns/')
        .map(({ uri, local, value }) => [named(uri, local), value]),
    );
    const element = { name: named(tag.uri, tag.local), attributes, children: [], text: '' };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('text', (chunk) => {
    const current = open.at(-1);
    if (current) current.text += chunk;
  });
  parser.on('closetag', () => open.pop());
  parser.write(text).close();
  return root!;
}

/** Every element of that name (`wfs:member`, or qualified) at or under `node`. */
export function all(node: XmlElement, name: string): XmlElement[] {
  const wanted = name.startsWith('{') ? name : qualified(name);
  return [...(node.name === wanted ? [node] : []), ...node.children.flatMap((child) => all(child, wanted))];
}

/** All text inside. */
export const textOf = (node: XmlElement): string => node.text + node.children.map(textOf).join('');

export const attribute = (node: XmlElement, name: string): string | undefined =>
  node.attributes[qualified(name)];
