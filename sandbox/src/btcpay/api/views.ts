import { decimal, formatShort } from '../../core/decimal.ts';
import { methodTotals, paidAmount } from '../amounts.ts';
import type { BtcpayContext } from '../context.ts';
import { type Invoice, manualMarks, type Prompt } from '../invoice.ts';
import type { Store } from '../settings.ts';
import type { Delivery, StorePayout, Webhook } from '../state.ts';

export function storeView(store: Store) {
  return {
    id: store.id,
    name: store.name,
    website: null,
    supportUrl: null,
    defaultCurrency: store.currency,
    additionalTrackedRates: [],
    invoiceExpiration: store.invoiceExpiration,
    refundBOLT11Expiration: 30,
    displayExpirationTimer: 300,
    monitoringExpiration: store.monitoringExpiration,
    speedPolicy: 'MediumSpeed',
    lightningDescriptionTemplate: null,
    paymentTolerance: store.paymentTolerance,
    archived: false,
    anyoneCanCreateInvoice: false,
    receipt: { enabled: true, showQR: null, showPayments: null },
    lightningAmountInSatoshi: false,
    lightningPrivateRouteHints: false,
    onChainWithLnInvoiceFallback: false,
    redirectAutomatically: false,
    showRecommendedFee: true,
    recommendedFeeBlockTarget: 1,
    defaultLang: 'en',
    htmlTitle: null,
    networkFeeMode: 'MultiplePaymentsOnly',
    payJoinEnabled: false,
    autoDetectLanguage: false,
    showPayInWalletButton: true,
    showStoreHeader: true,
    celebratePayment: true,
    playSoundOnPayment: false,
    lazyPaymentMethods: false,
    defaultPaymentMethod: 'BTC-CHAIN',
    paymentMethodCriteria: null,
  };
}

export function invoiceView(context: BtcpayContext, invoice: Invoice) {
  return {
    id: invoice.id,
    storeId: invoice.storeId,
    amount: invoice.amount,
    paidAmount: paidAmount(invoice),
    currency: invoice.currency,
    type: invoice.type,
    checkoutLink: `${context.settings.publicUrl()}/i/${invoice.id}`,
    createdTime: invoice.created,
    expirationTime: invoice.expirationTime,
    monitoringExpiration: invoice.monitoringExpiration,
    status: invoice.status,
    additionalStatus: invoice.additionalStatus,
    availableStatusesForManualMarking: manualMarks(invoice),
    archived: invoice.archived,
    metadata: invoice.metadata,
    checkout: invoice.checkout,
    receipt: invoice.receipt,
  };
}

export function paymentMethodsView(invoice: Invoice, onlyAccounted: boolean) {
  return invoice.prompts.map((prompt) => paymentMethodView(invoice, prompt, onlyAccounted));
}

function paymentMethodView(invoice: Invoice, prompt: Prompt, onlyAccounted: boolean) {
  const totals = methodTotals(invoice, prompt.method);
  const isChain = prompt.method === 'BTC-CHAIN';
  const payments = invoice.payments.filter(
    (payment) => payment.method === prompt.method && !(onlyAccounted && payment.status === 'Invalid'),
  );
  return {
    paymentMethodId: prompt.method,
    currency: 'BTC',
    destination: prompt.destination,
    paymentLink: isChain ? `bitcoin:${prompt.destination}?amount=${totals.due}` : `lightning:${prompt.destination}`,
    rate: formatShort(decimal(prompt.rate)),
    paymentMethodPaid: totals.methodPaid,
    totalPaid: totals.totalPaid,
    due: totals.due,
    amount: totals.amount,
    paymentMethodFee: '0.0',
    payments: payments.map(({ id, receivedDate, value, fee, status }) => ({
      id,
      receivedDate,
      value,
      fee,
      status,
      destination: prompt.destination,
    })),
    activated: true,
    additionalData: isChain
      ? { keyPath: '0/1', payjoinEnabled: false, recommendedFeeRate: '1.0', paymentMethodFeeRate: '1.0' }
      : {},
  };
}

/** The secret shows only in the answer to its creation. */
export function webhookView({ id, enabled, automaticRedelivery, url, authorizedEvents }: Webhook) {
  return { id, enabled, automaticRedelivery, url, authorizedEvents };
}

export function deliveryView({ id, timestamp, deliveryTime, httpCode, errorMessage, status }: Delivery) {
  return { id, timestamp, deliveryTime, httpCode, errorMessage: errorMessage ?? '', status };
}

export function payoutView(payout: StorePayout) {
  const { created, storeId: _storeId, paymentProof, ...shown } = payout;
  return { ...shown, ...(paymentProof ? { paymentProof } : {}), date: new Date(created * 1000).toISOString() };
}
