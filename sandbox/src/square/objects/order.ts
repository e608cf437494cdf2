import type { Money } from '../money.ts';
import type { Fields, Kept } from './kept.ts';

export interface OrderLine extends Fields {
  readonly uid: string;
  readonly name?: string;
  /** Decimal text. */
  readonly quantity: string;
  readonly catalog_object_id?: string;
  readonly item_type: 'ITEM' | 'CUSTOM_AMOUNT' | 'GIFT_CARD';
  readonly base_price_money: Money;
  gross_sales_money: Money;
  total_discount_money: Money;
  total_tax_money: Money;
  total_service_charge_money: Money;
  total_money: Money;
}

export interface OrderShow {
  readonly location_id: string;
  state: 'OPEN' | 'COMPLETED' | 'CANCELED' | 'DRAFT';
  line_items?: OrderLine[];
  taxes?: Fields[];
  discounts?: Fields[];
  service_charges?: Fields[];
  tenders?: Fields[];
  refunds?: Fields[];
  returns?: Fields[];
  closed_at?: string;
  total_money: Money;
  total_tax_money: Money;
  total_discount_money: Money;
  total_tip_money: Money;
  total_service_charge_money: Money;
  net_amount_due_money: Money;
  [more: string]: unknown;
}

export type Order = Kept<OrderShow>;
