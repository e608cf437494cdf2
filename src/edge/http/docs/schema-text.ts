import { Html, html } from '../html.ts';
import type { Schema } from './description.ts';

/** Longest list of values that is written out: the codes of errors are more, and have a page of their own. */
const MAX_VALUES = 30;

/** A schema in a few words, with links to schemas that have a name. */
export function schemaText(schema: Schema | undefined): Html {
  if (schema === undefined) return html`anything`;
  if (schema.$ref !== undefined) return linkTo(schema.$ref.split('/').at(-1)!);
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum !== undefined) return valuesText(schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return joined(choices.map(schemaText), ' or ');
  if (schema.allOf !== undefined) return joined(schema.allOf.map(schemaText), ' and ');
  if (schema.items !== undefined) return html`list of ${schemaText(schema.items)}`;
  if (schema.properties !== undefined) return html`object: ${fieldList(schema)}`;
  return html`${typeText(schema)}`;
}

/** The fields of an object; nothing for anything else. */
export function fieldList({ properties = {}, required = [] }: Schema): Html {
  const items = Object.entries(properties).map(
    ([name, field]) =>
      html`<li><code>${name}</code>${required.includes(name) ? null : ' (optional)'}: ${schemaText(field)}${remark(field)}</li>`,
  );
  return items.length === 0 ? html`` : html`<ul>${items}</ul>`;
}

function remark({ default: usual, description }: Schema): Html {
  const [said, without] = [
    description === undefined ? null : html`. ${description}`,
    usual === undefined ? null : html`; without it <code>${JSON.stringify(usual)}</code>`,
  ];
  return html`${without}${said}`;
}

function typeText({ type, format }: Schema): string {
  const name = type === undefined ? 'anything' : [type].flat().join(' or ');
  return format === undefined ? name : `${name} (${format})`;
}

function valuesText(values: readonly unknown[]): Html {
  if (values.length > MAX_VALUES) return html`one of ${values.length} values`;
  return joined(
    values.map((value) => html`<code>${JSON.stringify(value)}</code>`),
    ', ',
  );
}

function linkTo(name: string): Html {
  return html`<a href="#schema-${name}">${name}</a>`;
}

function joined(parts: readonly Html[], between: string): Html {
  return new Html(parts.map(({ text }) => text).join(between));
}
