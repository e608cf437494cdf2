import { catalogRoutes } from './catalog-routes.ts';
import { customerRoutes } from './customer-routes.ts';
import { disputeRoutes } from './dispute-routes.ts';
import { giftCardRoutes } from './gift-card-routes.ts';
import { inventoryRoutes } from './inventory-routes.ts';
import { invoiceRoutes } from './invoice-routes.ts';
import { loyaltyRoutes } from './loyalty-routes.ts';
import { merchantRoutes } from './merchant-routes.ts';
import { orderRoutes } from './order-routes.ts';
import { paymentRoutes } from './payment-routes.ts';
import { payoutRoutes } from './payout-routes.ts';
import { refundRoutes } from './refund-routes.ts';
import type { Route } from './route.ts';
import { webhookRoutes } from './webhook-routes.ts';

/** Every endpoint but those of OAuth. */
export const squareRoutes: readonly Route[] = [
  ...merchantRoutes,
  ...paymentRoutes,
  ...refundRoutes,
  ...payoutRoutes,
  ...disputeRoutes,
  ...orderRoutes,
  ...customerRoutes,
  ...catalogRoutes,
  ...inventoryRoutes,
  ...invoiceRoutes,
  ...giftCardRoutes,
  ...loyaltyRoutes,
  ...webhookRoutes,
];
