/** How every command ends. Part of the interface: numbers are never given another meaning. */
export const EXIT_CODES = {
  ok: { code: 0, meaning: 'Done, or nothing was to be done.' },
  failed: { code: 1, meaning: 'It failed; for doctor, health and verify: something is not as it should be.' },
  usage: { code: 2, meaning: 'The command line or the configuration is wrong; every problem is listed.' },
  notSetUp: { code: 3, meaning: 'Nothing is set up yet: there is no database, or no connection to work on.' },
  reconnect: { code: 4, meaning: 'A connection needs its owner: its credential is refused or missing.' },
  locked: { code: 5, meaning: 'Another process holds what is needed: a server that runs already, or a connection.' },
  partly: { code: 6, meaning: 'Done, except for items that are stopped or were not finished in time.' },
  unavailable: { code: 7, meaning: 'A provider cannot be reached, or asked to wait.' },
  difference: { code: 8, meaning: 'The books differ from the source.' },
  interrupted: { code: 130, meaning: 'It was interrupted; what it had begun goes on at the next run.' },
} as const satisfies Record<string, { readonly code: number; readonly meaning: string }>;

export type ExitName = keyof typeof EXIT_CODES;

export interface DescribedExit {
  readonly code: number;
  readonly name: ExitName;
  readonly meaning: string;
}

/** The table of exit codes, for help and for the generated documentation. */
export function describeExitCodes(): readonly DescribedExit[] {
  return (Object.keys(EXIT_CODES) as ExitName[]).map((name) => ({ name, ...EXIT_CODES[name] }));
}
