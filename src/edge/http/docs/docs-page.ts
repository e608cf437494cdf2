import { Html, html } from '../html.ts';
import { pagePolicy } from '../page-policy.ts';
import type { Description, Operation, Schema } from './description.ts';
import { fieldList, schemaText } from './schema-text.ts';

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 60rem; overflow-wrap: anywhere; padding: 1rem; }
code { font: 0.875rem/1.4 ui-monospace, monospace; }
h2 { margin-top: 3rem; border-bottom: 1px solid; }
h3 { margin: 2rem 0 0.25rem; }
.method { display: inline-block; min-width: 4rem; font-weight: 700; }
.access { opacity: 0.8; }
nav ul { columns: 16rem; padding-left: 1rem; }
`;

export const DOCS_POLICY = pagePolicy(STYLE);

interface Listed extends Operation {
  readonly method: string;
  readonly path: string;
}

/** A page for people about the API, from its description. Pure; readable without scripts. */
export function docsPage(description: Description): string {
  const { info, components } = description;
  const groups = [...Map.groupBy(operationsOf(description), ({ tags = [] }) => tags[0] ?? 'Other')];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title} API</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<header>
<h1>${info.title} API ${info.version}</h1>
<p>${info.description ?? ''}</p>
<p>For programs: <a href="/api/v1/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
</header>
<nav aria-label="Contents"><ul>${groups.map(([tag]) => html`<li><a href="#${anchor(tag)}">${tag}</a></li>`)}<li><a href="#schemas">Schemas</a></li></ul></nav>
<main>
${groups.map(([tag, operations]) => section(tag, operations))}
<section id="schemas">
<h2>Schemas</h2>
${Object.entries(components?.schemas ?? {}).map(schemaSection)}
</section>
</main>
</body>
</html>
`.text;
}

function operationsOf({ paths }: Description): readonly Listed[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
}

function section(tag: string, operations: readonly Listed[]): Html {
  return html`<section id="${anchor(tag)}">
<h2>${tag}</h2>
${operations.map(operationSection)}
</section>`;
}

function operationSection(operation: Listed): Html {
  const { method, path, operationId, summary, description, deprecated } = operation;
  return html`<article id="${operationId}">
<h3>${summary}</h3>
<p><span class="method">${method}</span> <code>${path}</code>${deprecated ? ' (deprecated)' : null}</p>
<p class="access">${ACCESS[operation['x-access'] ?? ''] ?? html`Permission <code>${operation['x-access'] ?? ''}</code>`}</p>
${description === undefined ? null : html`<p>${description}</p>`}
${parametersOf(operation)}
${bodyOf(operation)}
${answersOf(operation)}
</article>`;
}

const ACCESS: Readonly<Record<string, Html>> = {
  open: html`Everybody`,
  anyone: html`Whoever proves who they are`,
  person: html`People in a session`,
};

function parametersOf({ parameters = [] }: Operation): Html | null {
  if (parameters.length === 0) return null;
  const items = parameters.map(
    ({ name, in: place, required, schema }) =>
      html`<li><code>${name}</code> in the ${place}${required ? null : ' (optional)'}: ${schemaText(schema)}</li>`,
  );
  return html`<h4>Parameters</h4><ul>${items}</ul>`;
}

function bodyOf({ requestBody }: Operation): Html | null {
  if (requestBody === undefined) return null;
  return html`<h4>Body</h4><div>${Object.values(requestBody.content).map(({ schema }) => schemaText(schema))}</div>`;
}

function answersOf({ responses = {} }: Operation): Html {
  const items = Object.entries(responses).map(([status, { description, content = {} }]) => {
    const schemas = Object.values(content).map(({ schema }) => schemaText(schema));
    const said = description === undefined || description === 'Default Response' ? null : html`${description} `;
    return html`<li><code>${status}</code> ${said}${schemas}</li>`;
  });
  return html`<h4>Answers</h4><ul>${items}</ul>`;
}

function schemaSection([name, schema]: readonly [string, Schema]): Html {
  const fields = fieldList(schema);
  return html`<article id="schema-${name}">
<h3>${name}</h3>
<p>${schema.description ?? ''}</p>
${fields.text === '' ? schemaText(schema) : fields}
</article>`;
}

function anchor(tag: string): string {
  return tag.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}
