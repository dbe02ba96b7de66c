import { z } from 'zod';

/** What of the OpenAPI document the page shows. */
const Operation = z.object({
  summary: z.string().default(''),
  description: z.string().default(''),
  'x-astraforge-access': z.union([z.literal('open'), z.object({ action: z.string() })]).optional(),
  responses: z.record(z.string(), z.object({ description: z.string().default('') })).default({}),
  requestBody: z.object({ content: z.record(z.string(), z.object({ schema: z.unknown() })) }).optional(),
  parameters: z
    .array(z.object({ name: z.string(), in: z.string(), required: z.boolean().default(false), schema: z.unknown() }))
    .default([]),
});
type Operation = z.infer<typeof Operation>;
const Document = z.object({
  info: z.object({ title: z.string(), description: z.string().default('') }),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({ schemas: z.record(z.string(), z.unknown()).default({}) }).default({ schemas: {} }),
});

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const inHtml = (text: string): string => text.replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter);
const jsonIn = (value: unknown): string => `<pre>${inHtml(JSON.stringify(value, null, 2) ?? '')}</pre>`;

/**
 * The description of the API as a page for people, with no script and no style sheet, so that it works under the strictest
 * Content-Security-Policy and asks nobody for anything.
 */
export function docsPage(openApi: unknown): string {
  const { info, paths, components } = Document.parse(openApi);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) =>
      operationHtml(`${method.toUpperCase()} /api${path}`, operation),
    ),
  );
  const shapes = Object.entries(components.schemas).map(
    ([name, schema]) =>
      `<details id="${inHtml(name)}"><summary><code>${inHtml(name)}</code></summary>${jsonIn(schema)}</details>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${inHtml(info.title)} REST API</title></head><body><main>
<h1>${inHtml(info.title)} REST API</h1>
<p>${inHtml(info.description)}</p>
<p>The same for programs: <a href="/api/schema">OpenAPI 3.1</a>.</p>
${operations.join('\n')}
<h2>Shapes</h2>
${shapes.join('\n')}
</main></body></html>
`;
}

function operationHtml(name: string, operation: Operation): string {
  const access = operation['x-astraforge-access'];
  const right = access === undefined || access === 'open' ? 'open to everybody' : `needs the right to ${access.action}`;
  const rows = Object.entries(operation.responses).map(
    ([status, { description }]) => `<tr><td>${inHtml(status)}</td><td>${inHtml(description)}</td></tr>`,
  );
  const given = operation.parameters.map(
    (one) => `<li><code>${inHtml(one.name)}</code> (${inHtml(one.in)}${one.required ? ', required' : ''})</li>`,
  );
  const bodies = Object.values(operation.requestBody?.content ?? {}).map(({ schema }) => jsonIn(schema));
  return `<section><h2><code>${inHtml(name)}</code></h2>
<p>${inHtml(operation.summary)}. <em>${inHtml(right)}</em></p>
${given.length === 0 ? '' : `<ul>${given.join('')}</ul>`}
${bodies.join('')}
<table><thead><tr><th>status</th><th>what it means</th></tr></thead><tbody>${rows.join('')}</tbody></table></section>`;
}
