import type { SquareContext } from './context.ts';
import type { Due } from './state.ts';
import { showFee } from './verbs/fees.ts';
import { need } from './verbs/lookup.ts';
import { settleRefund } from './verbs/refunds.ts';

/** Does what the clock has brought by that millisecond, each at its own moment. */
export function advance(context: SquareContext, until: number): void {
  for (let next = context.state.due[0]; next && next.at <= until; next = context.state.due[0]) {
    context.state.due.shift();
    happen(context, next);
  }
}

function happen(context: SquareContext, due: Due): void {
  const { payments, refunds } = context.state.tables;
  if (due.kind === 'fee') {
    showFee(context, need(payments, due.id), due.at);
    return;
  }
  const refund = need(refunds, due.id);
  if (refund.show.status === 'PENDING') settleRefund(context, refund, due.at);
}
