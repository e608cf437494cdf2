import { copyJson, isObject } from '../core/json.ts';
import { type ApiObject, expandedList, type Rendered, renderById } from './render.ts';
import type { StripeState } from './state.ts';

/** `expand` reaches at most this deep. */
const MAX_DEPTH = 4;

/** Fields that hold an id and may be replaced by the object, by object name. */
const EXPANDABLE: Readonly<Record<string, readonly string[]>> = {
  balance_transaction: ['source'],
  charge: ['balance_transaction', 'customer', 'failure_balance_transaction', 'payment_intent', 'refunds'],
  'checkout.session': ['customer', 'line_items', 'payment_intent'],
  credit_note: ['customer', 'invoice'],
  dispute: ['charge', 'payment_intent'],
  invoice: ['customer', 'payments'],
  invoice_payment: ['invoice', 'payment.payment_intent'],
  payment_intent: ['customer', 'latest_charge'],
  payout: ['balance_transaction', 'failure_balance_transaction'],
  price: ['product'],
  product: ['default_price'],
  refund: ['balance_transaction', 'charge', 'customer', 'failure_balance_transaction', 'payment_intent'],
};

/** Behind these fields stand objects of different kinds, and not each has the field that is asked for. */
const POLYMORPHIC = new Set(['balance_transaction.source']);

export type ExpandResult = { readonly value: Rendered } | { readonly problem: string };

/** A copy in which ids are replaced by objects along the dotted paths; the first path that cannot be followed is reported. */
export function expandAll(state: StripeState, root: Rendered, paths: readonly string[], now: number): ExpandResult {
  if (paths.length === 0) return { value: root };
  const value = copyJson(root);
  for (const path of paths) {
    const segments = path.split('.');
    const depth = segments[0] === 'data' ? segments.length - 1 : segments.length;
    if (depth > MAX_DEPTH) return { problem: `You cannot expand more than ${MAX_DEPTH} levels of a property: ${path}` };
    if (!expandObject({ state, now }, value, segments))
      return { problem: `This property cannot be expanded (${path}).` };
  }
  return { value };
}

interface Look {
  readonly state: StripeState;
  readonly now: number;
}

/** Where a plain object sits: the API object it belongs to and the dotted way down to it. */
interface Scope {
  readonly owner: string;
  readonly prefix: string;
}

function expandObject(look: Look, node: Rendered, segments: readonly string[]): boolean {
  return expandField(look, node, { owner: String(node.object), prefix: '' }, segments);
}

function expandField(look: Look, node: Rendered, scope: Scope, segments: readonly string[]): boolean {
  const [field, ...rest] = segments;
  if (field === undefined) return true;
  const key = scope.prefix + field;
  const expandable = EXPANDABLE[scope.owner]?.includes(key) === true;
  if (!expandable && (rest.length === 0 || !(field in node))) return false;
  if (expandable) node[field] = expanded(look, node, field);
  if (rest.length === 0) return true;
  const reached = descend(look, node[field], { owner: scope.owner, prefix: `${key}.` }, rest);
  return reached || POLYMORPHIC.has(`${scope.owner}.${key}`);
}

function expanded(look: Look, node: Rendered, field: string): unknown {
  const value = node[field];
  if (typeof value === 'string') return copyJson(renderById(look.state, value, look.now) ?? value);
  if (value !== undefined) return value;
  return copyJson(expandedList(look.state, node as unknown as ApiObject, field, look.now)) ?? undefined;
}

function descend(look: Look, value: unknown, scope: Scope, rest: readonly string[]): boolean {
  if (Array.isArray(value)) return value.every((item) => !isObject(item) || expandObject(look, item as Rendered, rest));
  if (!isObject(value)) return true;
  if (typeof value.object === 'string') return expandObject(look, value as Rendered, rest);
  return expandField(look, value as Rendered, scope, rest);
}
