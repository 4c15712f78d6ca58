/** Rules of OpenAPI 3.0.3 that a strict reader refuses a document by, as far as ours uses the language. */

// biome-ignore lint/suspicious/noExplicitAny: a document of any form
type Node = any;

const schemaWords = new Set(
  'title multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems uniqueItems maxProperties minProperties required enum type allOf oneOf anyOf not items properties additionalProperties description format default nullable discriminator readOnly writeOnly xml externalDocs example deprecated $ref'.split(
    ' ',
  ),
);
const types = new Set(['array', 'boolean', 'integer', 'number', 'object', 'string']);
const componentName = /^[a-zA-Z0-9._-]+$/;

/** What breaks the rules, with its place; empty: nothing. */
export function faultsOfOpenApi(document: Node): string[] {
  const faults: string[] = [];
  const fault = (place: string, what: string): void => {
    faults.push(`${place}: ${what}`);
  };
  const resolve = (node: Node, place: string): Node => {
    if (node?.$ref === undefined) return node;
    const target = String(node.$ref)
      .replace(/^#\//, '')
      .split('/')
      .reduce((at: Node, step) => at?.[step.replaceAll('~1', '/').replaceAll('~0', '~')], document);
    if (target === undefined) fault(place, `${node.$ref} leads nowhere`);
    return target;
  };
  const schema = (node: Node, place: string): void => {
    if (node === undefined) return;
    for (const word of Object.keys(node))
      if (!schemaWords.has(word) && !word.startsWith('x-')) fault(place, `a schema has no ${word}`);
    if (node.$ref !== undefined) return void resolve(node, place);
    if (node.type !== undefined && !types.has(node.type))
      fault(place, `no type ${JSON.stringify(node.type)}`);
    if (node.type === 'array' && node.items === undefined) fault(place, 'an array without items');
    if (node.enum !== undefined && !(Array.isArray(node.enum) && node.enum.length > 0))
      fault(place, 'an empty enum');
    if (node.enum && node.default !== undefined && !node.enum.includes(node.default))
      fault(place, 'a default that is not in the enum');
    if (node.required !== undefined && !(Array.isArray(node.required) && node.required.length > 0))
      fault(place, 'required must be a list');
    for (const bound of ['minimum', 'maximum'])
      if (node[bound] !== undefined && typeof node[bound] !== 'number')
        fault(place, `${bound} must be a number`);
    for (const [name, child] of Object.entries(node.properties ?? {})) schema(child, `${place}/${name}`);
    if (typeof node.items === 'object') schema(node.items, `${place}/items`);
    if (typeof node.additionalProperties === 'object')
      schema(node.additionalProperties, `${place}/additionalProperties`);
    for (const word of ['allOf', 'oneOf', 'anyOf'])
      for (const [i, child] of (node[word] ?? []).entries()) schema(child, `${place}/${word}/${i}`);
  };
  const content = (node: Node, place: string): void => {
    for (const [type, media] of Object.entries<Node>(node ?? {})) {
      if (!/^[^\s/]+\/[^\s/]+$/.test(type)) fault(place, `${type} is no media type`);
      schema(media.schema, `${place}/${type}`);
    }
  };
  if (!/^3\.0\.\d$/.test(document.openapi)) fault('openapi', 'not 3.0');
  if (!document.info?.title || !document.info?.version) fault('info', 'needs title and version');
  for (const { url } of document.servers ?? []) if (!URL.canParse(url)) fault('servers', `${url} is no URL`);
  for (const [kind, entries] of Object.entries<Node>(document.components ?? {}))
    for (const [name, entry] of Object.entries<Node>(entries)) {
      if (!componentName.test(name)) fault(`components/${kind}`, `${name} can not be a name`);
      if (kind === 'schemas') schema(entry, `components/schemas/${name}`);
    }
  const ids = new Set<string>();
  const shapes = new Set<string>();
  for (const [path, item] of Object.entries<Node>(document.paths)) {
    if (!path.startsWith('/')) fault(path, 'a path begins with a slash');
    const shape = path.replace(/\{[^}]+\}/g, '{}');
    if (shapes.has(shape)) fault(path, 'the same path twice');
    shapes.add(shape);
    const wanted = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name);
    for (const [method, operation] of Object.entries<Node>(item)) {
      const place = `${method} ${path}`;
      if (operation.operationId !== undefined) {
        if (ids.has(operation.operationId)) fault(place, `${operation.operationId} is used twice`);
        ids.add(operation.operationId);
      }
      const parameters = (operation.parameters ?? []).map((one: Node) => resolve(one, place));
      const names = parameters.map((one: Node) => `${one?.in} ${one?.name}`);
      if (new Set(names).size < names.length) fault(place, 'a parameter twice');
      for (const parameter of parameters) {
        if (!['query', 'path', 'header', 'cookie'].includes(parameter?.in))
          fault(place, 'a parameter of nowhere');
        if (parameter?.in === 'path' && parameter.required !== true)
          fault(place, 'a path parameter is required');
        if (parameter?.in === 'path' && !wanted.includes(parameter.name))
          fault(place, `no {${parameter.name}}`);
        if (!parameter?.schema && !parameter?.content) fault(place, `${parameter?.name} has no schema`);
        schema(parameter?.schema, `${place} ${parameter?.name}`);
      }
      for (const name of wanted)
        if (!names.includes(`path ${name}`)) fault(place, `{${name}} is not declared`);
      content(operation.requestBody?.content, `${place} body`);
      const responses = Object.entries<Node>(operation.responses ?? {});
      if (responses.length === 0) fault(place, 'no responses');
      for (const [status, given] of responses) {
        const response = resolve(given, place);
        if (!/^([1-5]\d\d|default)$/.test(status)) fault(place, `status ${status}`);
        if (typeof response?.description !== 'string') fault(place, `${status} without a description`);
        content(response?.content, `${place} ${status}`);
      }
    }
  }
  return faults;
}
