import type { XeroOrganisation } from '../options.ts';
import type { Answer } from './answer.ts';

/** A page for a person's browser; nobody may put it into a frame. */
export function page(status: number, content: string): Answer {
  const head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Xero sandbox</title>';
  const headers = { 'X-Frame-Options': 'DENY' };
  return { status, body: `${head}${content}</html>`, contentType: 'text/html; charset=utf-8', headers };
}

export function problemPage(problem: string): Answer {
  return page(400, `<h1>Sorry, something went wrong</h1><p>${escapeHtml(problem)}</p>`);
}

/** Which organisations to connect, and the two buttons. */
export function consentForm(organisations: readonly XeroOrganisation[], parameters: URLSearchParams): string {
  const box = ({ tenantId, name }: XeroOrganisation) =>
    `<p><label><input type="checkbox" name="tenant" value="${escapeHtml(tenantId)}" checked> ${escapeHtml(name)}</label></p>`;
  const button = (decision: string, label: string) =>
    `<button id="${decision}" name="decision" value="${decision}">${label}</button>`;
  return (
    '<h1>Xero sandbox</h1><p>Connect these organisations to the app?</p>' +
    `<form method="post" action="${escapeHtml(`?${parameters}`)}">${organisations.map(box).join('')}` +
    `${button('connect', 'Allow access')} ${button('cancel', 'Cancel')}</form>`
  );
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
