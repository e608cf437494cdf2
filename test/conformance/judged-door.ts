import type { FetchDoor } from '../../src/platform/transport/index.ts';
import { type Judge, loadJudge } from './judge.ts';
import { type Failure, judgedFetch } from './judged-fetch.ts';
import { JUDGED_PROVIDERS, type JudgedProvider } from './providers.ts';

/** Judges of all providers on the way to a sandbox that serves each of them below its name. */
export interface JudgedDoor {
  readonly judges: Readonly<Record<JudgedProvider, Judge>>;
  /** Puts the judges before a sandbox; fits `TestHubOptions.through`. May be used for several, which are then judged together. */
  through(fetch: FetchDoor): FetchDoor;
  /** Everything that did not conform so far, whichever provider it was. */
  failures(): readonly Failure[];
}

/** Judges that route by the first segment of the path: `/stripe/v1/charges`. */
export function judgedDoor(): JudgedDoor {
  const judges = { stripe: loadJudge('stripe'), btcpay: loadJudge('btcpay'), quickbooks: loadJudge('quickbooks') };
  const collected: (() => readonly Failure[])[] = [];
  return {
    judges,
    failures: () => collected.flatMap((failures) => failures()),
    through(fetch) {
      const judged = new Map<string, FetchDoor>();
      for (const provider of JUDGED_PROVIDERS) {
        const one = judgedFetch(judges[provider], fetch, `/${provider}`);
        judged.set(provider, one.fetch);
        collected.push(one.failures);
      }
      return (request) => {
        const [, provider = ''] = new URL(request.url).pathname.split('/', 2);
        const door = judged.get(provider);
        if (door === undefined) throw new Error(`no judge for ${request.method} ${request.url}`);
        return door(request);
      };
    },
  };
}
