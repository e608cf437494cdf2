import type { z } from 'zod';
import type { Secret } from '../../kernel/secret.ts';
import type { KeySource } from '../vault/key-source.ts';
import type { Config } from './config.ts';
import type { Gathered } from './gather.ts';
import type { ConfigProblem } from './problem.ts';
import type { VariableName, variables } from './variables.ts';

type Values = z.output<typeof variables>;
type Kind = KeySource['kind'];
type Which = 'current' | 'next';

/** The variable of a key, of the present one and of the one that is to take its place. */
const KEY_NAMES = {
  passphrase: { current: 'COUNTERFOIL_PASSPHRASE', next: 'COUNTERFOIL_NEXT_PASSPHRASE' },
  'aws-kms': { current: 'COUNTERFOIL_AWS_KMS_KEY', next: 'COUNTERFOIL_NEXT_AWS_KMS_KEY' },
  'vault-transit': { current: 'COUNTERFOIL_TRANSIT_KEY', next: 'COUNTERFOIL_NEXT_TRANSIT_KEY' },
} as const satisfies Partial<Record<Kind, Record<Which, VariableName>>>;

/** Settings that a provider needs and that are missing, and settings that would be without effect. */
export function keySourceProblems(values: Values): readonly ConfigProblem[] {
  const current = values.COUNTERFOIL_KEY_PROVIDER;
  const next = nextKind(values);
  return [
    ...missing(values, current, 'current'),
    ...(next === null ? [] : missing(values, next, 'next')),
    ...halfCredentials(values),
    ...strayNext(values, next),
  ];
}

function missing(values: Values, kind: Kind, which: Which): readonly ConfigProblem[] {
  const chosenBy = which === 'current' ? 'COUNTERFOIL_KEY_PROVIDER' : 'COUNTERFOIL_NEXT_KEY_PROVIDER';
  return neededBy(kind, which)
    .filter((name) => values[name] === undefined)
    .map((name) => ({ name, problem: `must be set, because ${chosenBy} is ${kind}` }));
}

function neededBy(kind: Kind, which: Which): readonly VariableName[] {
  if (kind === 'local') return [];
  const shared = ['COUNTERFOIL_TRANSIT_URL', 'COUNTERFOIL_TRANSIT_TOKEN'] as const;
  return [KEY_NAMES[kind][which], ...(kind === 'vault-transit' ? shared : [])];
}

function halfCredentials(values: Values): readonly ConfigProblem[] {
  const [id, secret] = ['COUNTERFOIL_AWS_ACCESS_KEY_ID', 'COUNTERFOIL_AWS_SECRET_ACCESS_KEY'] as const;
  if ((values[id] === undefined) === (values[secret] === undefined)) return [];
  const [name, other] = values[id] === undefined ? [id, secret] : [secret, id];
  return [{ name, problem: `must be set together with ${other}` }];
}

/** A key given for a provider that is not the next one would silently not be used. */
function strayNext(values: Values, next: Kind | null): readonly ConfigProblem[] {
  const given = [
    ['local', 'COUNTERFOIL_NEXT_MASTER_KEY'] as const,
    ...(Object.keys(KEY_NAMES) as (keyof typeof KEY_NAMES)[]).map((kind) => [kind, KEY_NAMES[kind].next] as const),
  ];
  return given
    .filter(([kind, name]) => values[name] !== undefined && kind !== next)
    .map(([kind, name]) => ({ name, problem: `is without effect: set COUNTERFOIL_NEXT_KEY_PROVIDER to ${kind}` }));
}

/** The next provider; without a choice the present one, when a next key of it is given. */
function nextKind(values: Values): Kind | null {
  const chosen = values.COUNTERFOIL_NEXT_KEY_PROVIDER;
  if (chosen !== undefined) return chosen;
  const current = values.COUNTERFOIL_KEY_PROVIDER;
  const name = current === 'local' ? 'COUNTERFOIL_NEXT_MASTER_KEY' : KEY_NAMES[current].next;
  return values[name] === undefined ? null : current;
}

/** Of values without problems. */
export function keySourcesOf(values: Values, given: Gathered['given']): Pick<Config, 'keySource' | 'nextKeySource'> {
  const next = nextKind(values);
  return {
    keySource: sourceOf(values, given, values.COUNTERFOIL_KEY_PROVIDER, 'current'),
    nextKeySource: next && sourceOf(values, given, next, 'next'),
  };
}

function sourceOf(values: Values, given: Gathered['given'], kind: Kind, which: Which): KeySource {
  const secretOf = (name: VariableName, secret: Secret | undefined) =>
    secret && { secret, origin: given[name]!.origin };
  switch (kind) {
    case 'local': {
      const name = which === 'current' ? 'COUNTERFOIL_MASTER_KEY' : 'COUNTERFOIL_NEXT_MASTER_KEY';
      return { kind, given: secretOf(name, values[name]) };
    }
    case 'passphrase': {
      const name = KEY_NAMES.passphrase[which];
      return { kind, given: secretOf(name, values[name])! };
    }
    case 'aws-kms':
      return {
        kind,
        arn: values[KEY_NAMES['aws-kms'][which]]!,
        endpoint: values.COUNTERFOIL_AWS_KMS_ENDPOINT ?? null,
        credentials: credentialsOf(values),
      };
    case 'vault-transit':
      return {
        kind,
        url: values.COUNTERFOIL_TRANSIT_URL!,
        mount: values.COUNTERFOIL_TRANSIT_MOUNT,
        key: values[KEY_NAMES['vault-transit'][which]]!,
        namespace: values.COUNTERFOIL_TRANSIT_NAMESPACE ?? null,
        token: values.COUNTERFOIL_TRANSIT_TOKEN!,
      };
  }
}

function credentialsOf(values: Values) {
  const accessKeyId = values.COUNTERFOIL_AWS_ACCESS_KEY_ID;
  if (accessKeyId === undefined) return null;
  const sessionToken = values.COUNTERFOIL_AWS_SESSION_TOKEN ?? null;
  return { accessKeyId, secretAccessKey: values.COUNTERFOIL_AWS_SECRET_ACCESS_KEY!, sessionToken };
}
