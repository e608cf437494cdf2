import ts from 'typescript';

/** A statement or a part of one, written as sql`…`, without what stands in parentheses, texts and comments. */
export interface SqlText {
  /** Lower case; a value or part that is filled in shows as `${0}`, `${1}` … */
  readonly outer: string;
  /** What is filled in outside of parentheses. */
  readonly parts: readonly ts.Expression[];
}

/** The outermost text of a template tagged `sql`, or undefined for anything else. */
export function sqlTextOf(node: ts.Expression): SqlText | undefined {
  if (!ts.isTaggedTemplateExpression(node) || node.tag.getText() !== 'sql') return undefined;
  const { template } = node;
  const texts = ts.isNoSubstitutionTemplateLiteral(template)
    ? [template.text]
    : [template.head.text, ...template.templateSpans.map((span) => span.literal.text)];
  const filledIn = ts.isNoSubstitutionTemplateLiteral(template) ? [] : template.templateSpans.map((s) => s.expression);
  const outer = withoutInner(texts.map((text, i) => (i === 0 ? text : `\${${i - 1}}${text}`)).join(''));
  return { outer, parts: filledIn.filter((_, i) => outer.includes(`\${${i}}`)) };
}

function withoutInner(text: string): string {
  const plain = text
    .replace(/'(?:[^']|'')*'/g, "''")
    .replace(/--[^\n]*/g, ' ')
    .toLowerCase();
  let depth = 0;
  let outer = '';
  for (const character of plain) {
    if (character === '(') depth += 1;
    if (depth === 0) outer += character;
    if (character === ')') depth -= 1;
  }
  return outer;
}

/** Whether it reads rows of a table: inserts, updates and deletes that return rows have no order to ask for. */
export function readsRows({ outer }: SqlText): boolean {
  const verb = /\b(select|insert|update|delete)\b/.exec(outer)?.[1];
  return verb === 'select' && /\bfrom\b/.test(outer);
}

export function isOrdered({ outer }: SqlText): boolean {
  return /\border\s+by\b/.test(outer);
}
