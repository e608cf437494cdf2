import type { ErrorKind, Outcome } from '../../src/kernel/error-codes.ts';
import { code, generatedFrom, page, table } from './markdown.ts';

/** An error code as its table describes it. */
export interface ErrorEntry {
  readonly kind: ErrorKind;
  readonly outcome: Outcome;
  readonly title: string;
  readonly remedy: string;
}

const KINDS: Readonly<Record<ErrorKind, string>> = {
  retryable:
    'It could work later: tried again with growing pauses. After an unknown outcome the other side is asked first.',
  throttled: 'The other side wants fewer calls: the whole connection waits.',
  auth: 'The credential was refused: the connection waits for its owner. Its work is kept.',
  validation: 'The data is not acceptable as it is: it waits for a correction.',
  conflict: 'Something else changed it meanwhile: it is read again and planned anew, a few times.',
  permanent: 'It will not work, however often it is tried.',
};

const OUTCOMES: Readonly<Record<Outcome, string>> = {
  not_applied: 'Nothing changed on the other side.',
  unknown: 'Nobody knows yet whether it changed; it is looked up before anything is sent again.',
  applied: 'It did change.',
};

/** The reference of every error code, in sections by the part before the dot. */
export function errorsPage(codes: Readonly<Record<string, ErrorEntry>>): string {
  const families = Map.groupBy(Object.entries(codes), ([name]) => name.split('.')[0]!);
  return page(
    generatedFrom('src/kernel/error-codes.ts'),
    '# Error codes',
    'Codes are part of the interface and are never renamed. The kind says what Counterfoil does by itself.',
    table(['kind', 'meaning'], rowsOf(KINDS)),
    'The outcome says whether the other side’s state changed; an error may state another one than its code usually has.',
    table(['outcome', 'meaning'], rowsOf(OUTCOMES)),
    ...[...families].flatMap(([family, entries]) => [`## ${family}`, sectionTable(entries)]),
  );
}

function sectionTable(entries: readonly (readonly [string, ErrorEntry])[]): string {
  return table(
    ['code', 'kind', 'outcome', 'what happened', 'what to do'],
    entries.map(([name, { kind, outcome, title, remedy }]) => [code(name), kind, outcome, title, remedy]),
  );
}

function rowsOf(meanings: Readonly<Record<string, string>>): readonly (readonly string[])[] {
  return Object.entries(meanings).map(([name, meaning]) => [code(name), meaning]);
}
