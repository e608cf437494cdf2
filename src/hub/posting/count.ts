import type { Settlement } from './verdict.ts';

export interface DeliveryCount {
  posted: number;
  adopted: number;
  uncertain: number;
  stopped: number;
  removed: number;
}

export function tally(count: DeliveryCount, { event, held }: Settlement): void {
  if (event === 'accepted') count.posted += 1;
  else if (event === 'found') count.adopted += 1;
  else if (event === 'outcome_unknown') count.uncertain += 1;
  else if (event === 'refused' || held) count.stopped += 1;
}
