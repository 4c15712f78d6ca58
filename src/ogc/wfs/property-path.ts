/** Paths to properties and names of types, as XPath and keyword values write them (OGC 09-026r2 §7.4.4). */
import { localName, type Namespaces } from './xml.js';

/** The last step of a path without its prefix: `om:dltb/om:DLBM[1]`, `schema-element(om:dltb)/om:DLBM` and `DLBM` alike. */
export const propertyIn = (path: string): string => localName(lastStep(path));

const lastStep = (path: string): string =>
  path
    .trim()
    .replace(/^.*\//, '')
    .replace(/\[\d+\]$/, '');

/** The step before the last one, a type or an alias of it: `xzq` of `om:xzq/om:BSM`. */
export function stepBefore(path: string): string | undefined {
  const step = path
    .trim()
    .split('/')
    .at(-2)
    ?.replace(/\[\d+\]$/, '');
  return step === undefined ? undefined : localName(step.replace(/^schema-element\((.*)\)$/, '$1'));
}

/** `@gml:id`, alone or at the end of a path. */
export const isIdPath = (path: string): boolean => /^@(?:gml:)?id$/.test(lastStep(path));

/** Properties that GML gives to every feature; ours carry none of them. */
const gmlProperties: ReadonlySet<string> = new Set([
  'boundedBy', 'description', 'descriptionReference', 'identifier', 'location', 'metaDataProperty', 'name',
]); // biome-ignore format: a list

const GML = /^http:\/\/www\.opengis\.net\/gml(?:\/3\.2)?$/;

/** The property of GML that a path leads to, e.g. `name` for `gml:name`; undefined for those of the type itself. */
export function gmlPropertyIn(path: string, namespaces: Namespaces): string | undefined {
  const name = propertyIn(path);
  if (!gmlProperties.has(name)) return undefined;
  const step = lastStep(path);
  const prefix = step.slice(0, Math.max(0, step.lastIndexOf(':')));
  const isGml = prefix in namespaces ? GML.test(namespaces[prefix]!) : prefix === 'gml';
  return isGml ? name : undefined;
}

/** Names in a list of types: parted by commas or blanks, in parentheses or as `schema-element(om:dltb)`. */
export const typeNamesIn = (text: string): string[] =>
  text
    .replace(/schema-element\(([^()]*)\)/g, '$1')
    .split(/[(),\s]+/)
    .filter((name) => name !== '');
