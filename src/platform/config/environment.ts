/** Variables by name, as text. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The variables of this process: the only place that reads them. */
export function processEnvironment(): Environment {
  return { ...process.env };
}
