/** Draws the OpenAPI document as one plain page that needs nothing from the internet. */
import type { Language } from './language.js';
import { escapeHtml, type Page } from './page.js';

interface Parameter {
  name: string;
  in: string;
  required: boolean;
  description?: string;
  schema: Record<string, unknown>;
}

type Content = Record<
  string,
  { schema?: unknown; example?: unknown; examples?: Record<string, { value: unknown }> }
>;

interface Operation {
  tags: string[];
  summary: string;
  description?: string;
  'x-scope'?: string;
  parameters: Parameter[];
  requestBody?: { description: string; content: Content };
  responses: Record<string, { description: string; content?: Content }>;
}

interface Document {
  info: { title: string; version: string; description: string };
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown> };
}

const words = {
  zh: {
    parameters: '参数',
    required: '必填',
    body: '请求体',
    answers: '答复',
    scope: '权限',
    schemas: '数据结构',
  },
  en: {
    parameters: 'Parameters',
    required: 'required',
    body: 'Body',
    answers: 'Answers',
    scope: 'Scope',
    schemas: 'Schemas',
  },
} as const;

export function docsPage(openApi: object, language: Language): Page {
  const { info, tags, paths, components } = openApi as Document;
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
  const sections = tags.map((tag) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(tag.name));
    const details = own.map(({ path, method, operation }) =>
      drawOperation(path, method, operation, language),
    );
    return `<h2>${escapeHtml(tag.description)}</h2>${details.join('')}`;
  });
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) =>
      `<details id="schema-${escapeHtml(name)}"><summary><code>${escapeHtml(name)}</code></summary>${drawJson(schema)}</details>`,
  );
  return {
    title: `${info.title} API`,
    body: `<h1>${escapeHtml(info.title)} <small>${escapeHtml(info.version)}</small></h1>
<p>${escapeHtml(info.description)}</p><p><a href="/openapi.json">openapi.json</a></p>
${sections.join('')}<h2>${words[language].schemas}</h2>${schemas.join('')}`,
  };
}

function drawOperation(path: string, method: string, operation: Operation, language: Language): string {
  const word = words[language];
  const head = `<span class="verb">${method.toUpperCase()}</span> <code>${escapeHtml(path)}</code> ${escapeHtml(operation.summary)}`;
  const parts = [`<summary>${head}</summary>`];
  if (operation.description) parts.push(`<p>${escapeHtml(operation.description)}</p>`);
  if (operation['x-scope'])
    parts.push(`<p>${word.scope}: <code>${escapeHtml(operation['x-scope'])}</code></p>`);
  if (operation.parameters.length > 0) {
    parts.push(`<h4>${word.parameters}</h4>${drawParameters(operation.parameters, word.required)}`);
  }
  if (operation.requestBody) {
    const { description, content } = operation.requestBody;
    parts.push(`<h4>${word.body}</h4><p>${escapeHtml(description)}</p>${drawContent(content)}`);
  }
  parts.push(`<h4>${word.answers}</h4>`);
  for (const [status, answer] of Object.entries(operation.responses)) {
    parts.push(
      `<p><b>${escapeHtml(status)}</b> ${escapeHtml(answer.description)}</p>${drawContent(answer.content ?? {})}`,
    );
  }
  return `<details>${parts.join('')}</details>`;
}

function drawParameters(parameters: readonly Parameter[], required: string): string {
  const rows = parameters.map((p) => {
    const need = p.required ? ` <b>${required}</b>` : '';
    return `<tr><td><code>${escapeHtml(p.name)}</code>${need}<br><small>${escapeHtml(p.in)}</small></td><td>${escapeHtml(p.description ?? '')}</td><td><code>${escapeHtml(JSON.stringify(p.schema))}</code></td></tr>`;
  });
  return `<table>${rows.join('')}</table>`;
}

function drawContent(content: Content): string {
  return Object.entries(content)
    .map(([type, { schema, example, examples }]) => {
      const shown = [example, ...Object.values(examples ?? {}).map((e) => e.value)].filter(
        (e) => e !== undefined,
      );
      return `<p><code>${escapeHtml(type)}</code> ${drawReference(schema)}</p>${shown.map(drawJson).join('')}`;
    })
    .join('');
}

function drawReference(schema: unknown): string {
  const name = (schema as { $ref?: string } | undefined)?.$ref?.split('/').pop();
  return name ? `→ <a href="#schema-${escapeHtml(name)}">${escapeHtml(name)}</a>` : '';
}

const drawJson = (value: unknown): string =>
  `<pre>${escapeHtml(typeof value === 'string' ? value : JSON.stringify(value, null, 2))}</pre>`;
