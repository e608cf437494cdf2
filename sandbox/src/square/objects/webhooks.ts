import type { Row } from '../../core/table.ts';
import type { Fields, Kept } from './kept.ts';

export interface SquareEvent extends Row {
  readonly type: string;
  readonly location: string | null;
  readonly data: Fields;
}

export interface SubscriptionShow {
  name: string;
  enabled: boolean;
  event_types: string[];
  notification_url: string;
  api_version: string;
}

export interface Subscription extends Kept<SubscriptionShow> {
  signatureKey: string;
}
