import { describe, expect, test } from 'vitest';
import { pipelineTurn } from '../../src/hub/pipeline/index.ts';
import { isCounterfoilError } from '../../src/kernel/errors.ts';
import { parseJson, writeJson } from '../../src/kernel/json.ts';
import { PRIORITY, pgWorkStore } from '../../src/platform/engine/index.ts';
import type { FetchDoor } from '../../src/platform/transport/index.ts';
import { type Books, MINUTE_MS, openedBooks } from '../pipeline/books.ts';
import { eachKindOfDocument } from '../pipeline/business.ts';
import { spoiled } from '../support/odd-json.ts';
import { Chance } from './chance.ts';
import { fuzzSettings } from './settings.ts';

const { seed, cases } = fuzzSettings();
/** About as many answers are spoiled in one round. */
const CASES_IN_ROUND = 100;
const TIMEOUT_MS = 24 * 3_600_000;
/** Share of the answers in which a value is missing or odd. */
const SPOILED_SHARE = 0.25;

/** Turns of one step: more is a loop without end. */
const MOST_TURNS = 300;
const STEP_MS = 5 * MINUTE_MS;
/** All of them within the hour for which the ledger's token is good. */
const STEPS = 11;

/** Providers whose answers are spoiled until somebody says that it is over. */
function spoiling(provider: string, chance: Chance) {
  const spoil = { on: false, answers: 0 };
  const through =
    (fetch: FetchDoor): FetchDoor =>
    async (request) => {
      const response = await fetch(request);
      const isOther = !new URL(request.url).pathname.startsWith(`/${provider}/`);
      // The first one always: a provider that is asked little is not left out.
      const isChosen = spoil.answers === 0 || chance.chance(SPOILED_SHARE);
      if (!spoil.on || isOther || !response.ok || !isChosen) return response;
      spoil.answers += 1;
      const body = writeJson(chance.from(spoiled(parseJson(await response.text()))));
      return new Response(body, { status: response.status, headers: response.headers });
    };
  return { spoil, through };
}

async function business(books: Books): Promise<void> {
  eachKindOfDocument(books.hub.sandbox, books.clock.at());
  const { btcpay } = books.hub.sandbox;
  for (const amount of ['55.00', '12.34']) {
    const storeId = btcpay.settings.stores[0]!.id;
    const invoice = btcpay.createInvoice({ at: books.clock.at() - 600, storeId, amount });
    btcpay.pay({ at: books.clock.at() - 60, invoice: invoice.id, confirmed: true });
  }
}

/**
 * Turns until nothing is due, as a worker gives them: one that fails comes again later. Answers what no turn may throw:
 * whatever is no error of the table.
 */
async function unexpectedIn({ hub: { doors, stores }, clock }: Books, steps: number): Promise<readonly unknown[]> {
  const work = pgWorkStore(doors.database);
  const turn = pipelineTurn(doors, stores);
  const { signal } = new AbortController();
  const unexpected: unknown[] = [];
  for (let step = 0; step < steps; step += 1) {
    if (step > 0) clock.advance(STEP_MS);
    for (let turns = 0; turns < MOST_TURNS; turns += 1) {
      const [lease] = await work.claim({ owner: 'fuzz', now: clock.now(), limit: 1, lease_ms: STEP_MS });
      if (lease === undefined) break;
      const next = await turn(lease, signal).catch((error: unknown) => {
        if (!isCounterfoilError(error)) unexpected.push(error);
        return { dueAt: clock.now() + STEP_MS, priority: PRIORITY.live };
      });
      await work.release(lease, { failures: 0, ...next });
    }
  }
  return unexpected;
}

describe('odd answers of a provider', { timeout: TIMEOUT_MS }, () => {
  test.each(['stripe', 'btcpay', 'quickbooks'])('of %s lead to no error that is not in the table', async (provider) => {
    for (let round = 0; round < Math.max(1, cases / CASES_IN_ROUND); round += 1) {
      const { spoil, through } = spoiling(provider, new Chance(seed, 'answers', provider, round));
      const books = await openedBooks({ sources: ['stripe', 'btcpay'], settings: { unmatched: 'sale' }, through });
      try {
        spoil.on = true;
        await business(books);
        expect(await unexpectedIn(books, STEPS), `seed ${seed}, round ${round}`).toEqual([]);
        expect(spoil.answers).toBeGreaterThan(0);
      } finally {
        await books.hub.close();
      }
    }
  });
});
