import { type BoundCommand, longOf, type OptionSpec } from './spec.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** A command with the words that lead to it and what can follow. */
interface Entry {
  readonly first: string;
  /** Null for a command without a group. */
  readonly second: string | null;
  readonly summary: string;
  readonly options: readonly OptionSpec<unknown>[];
  /** Values of its argument. */
  readonly words: readonly string[];
}

/** A script for one shell with everything in it; the same commands give the same script. */
export function completionScript(
  shell: Shell,
  commands: readonly BoundCommand[],
  globals: readonly OptionSpec<unknown>[],
): string {
  const entries = commands.map(({ name, summary, options, argument }): Entry => {
    const [first, second = null] = name.split(' ') as [string, string?];
    return { first, second, summary, options: [...Object.values(options), ...globals], words: argument?.choices ?? [] };
  });
  return { bash, zsh, fish }[shell](entries);
}

function groupsOf(entries: readonly Entry[]): Map<string, readonly Entry[]> {
  return Map.groupBy(entries, ({ first }) => first);
}

function longs(entry: Entry): string {
  return [...entry.words, ...entry.options.map(({ flags }) => longOf(flags))].join(' ');
}

/** Values of each option that has a choice. Options of one name have the same choice in every command. */
function choicesOf(entries: readonly Entry[]): ReadonlyMap<string, readonly string[]> {
  const all = entries.flatMap(({ options }) => options.filter(({ choices }) => choices.length > 0));
  return new Map(all.map(({ flags, choices }) => [longOf(flags), choices]));
}

function bash(entries: readonly Entry[]): string {
  const groups = groupsOf(entries);
  const cases = [...groups].flatMap(([first, [entry, ...others]]) =>
    entry!.second === null ? [`    ${first}) words="${longs(entry!)}" ;;`] : bashGroup(first, [entry!, ...others]),
  );
  const choices = [...choicesOf(entries)].map(([name, values]) => `    ${name}) words="${values.join(' ')}" ;;`);
  return [
    '# Completion of counterfoil for bash.',
    '_counterfoil() {',
    `  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" words=""`,
    `  if [ "$COMP_CWORD" -eq 1 ]; then words="${[...groups.keys(), 'help'].join(' ')}"; else case "\${COMP_WORDS[1]}" in`,
    ...cases,
    '  esac; fi',
    '  case "$before" in',
    ...choices,
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '}',
    'complete -o default -F _counterfoil counterfoil',
  ].join('\n');
}

function bashGroup(first: string, members: readonly Entry[]): string[] {
  const names = members.map(({ second }) => second).join(' ');
  return [
    `    ${first}) if [ "$COMP_CWORD" -eq 2 ]; then words="${names}"; else case "\${COMP_WORDS[2]}" in`,
    ...members.map((entry) => `      ${entry.second}) words="${longs(entry)}" ;;`),
    '    esac; fi ;;',
  ];
}

function zsh(entries: readonly Entry[]): string {
  const groups = groupsOf(entries);
  const cases = [...groups].flatMap(([first, members]) =>
    members[0]!.second === null ? [`    ${first}) ${zshOptions(members[0]!)} ;;`] : zshGroup(first, members),
  );
  const choices = [...choicesOf(entries)].map(
    ([name, values]) => `    ${name}) compadd -- ${values.join(' ')}; return ;;`,
  );
  const commands = [...groups].map(([first, members]) => quoted(`${first}:${zshSummary(members)}`));
  return [
    '#compdef counterfoil',
    '# Completion of counterfoil for zsh.',
    '_counterfoil() {',
    '  local -a commands options',
    `  if (( CURRENT == 2 )); then commands=(${commands.join(' ')}); _describe command commands; return; fi`,
    '  case "$words[CURRENT-1]" in',
    ...choices,
    '  esac',
    '  case "$words[2]" in',
    ...cases,
    '  esac',
    '  if (( $#options )); then _describe option options; else _files; fi',
    '}',
    'compdef _counterfoil counterfoil',
  ].join('\n');
}

function zshSummary(members: readonly Entry[]): string {
  return members[0]!.second === null ? members[0]!.summary : members.map(({ second }) => second).join(', ');
}

function zshGroup(first: string, members: readonly Entry[]): string[] {
  const names = members.map(({ second, summary }) => quoted(`${second}:${summary}`)).join(' ');
  return [
    `    ${first}) if (( CURRENT == 3 )); then commands=(${names}); _describe command commands; return; fi`,
    '      case "$words[3]" in',
    ...members.map((entry) => `        ${entry.second}) ${zshOptions(entry)} ;;`),
    '      esac ;;',
  ];
}

function zshOptions({ options, words }: Entry): string {
  const all = [...words, ...options.map(({ flags, help }) => `${longOf(flags)}:${help}`)];
  return `options=(${all.map(quoted).join(' ')})`;
}

function fish(entries: readonly Entry[]): string {
  const firsts = [...groupsOf(entries)].map(
    ([first, members]) =>
      `complete -c counterfoil -f -n __fish_use_subcommand -a ${first} -d ${quoted(zshSummary(members))}`,
  );
  return ['# Completion of counterfoil for fish.', ...firsts, ...entries.flatMap(fishEntry)].join('\n');
}

function fishEntry({ first, second, summary, options, words }: Entry): string[] {
  const inFirst = `__fish_seen_subcommand_from ${first}`;
  const inside = second === null ? inFirst : `${inFirst}; and __fish_seen_subcommand_from ${second}`;
  const head =
    second === null ? [] : [`complete -c counterfoil -f -n ${quoted(inFirst)} -a ${second} -d ${quoted(summary)}`];
  const argument =
    words.length === 0 ? [] : [`complete -c counterfoil -f -n ${quoted(inside)} -a ${quoted(words.join(' '))}`];
  return [...head, ...argument, ...options.map((one) => fishOption(inside, one))];
}

function fishOption(inside: string, { flags, help, choices }: OptionSpec<unknown>): string {
  const value = !flags.includes('<') ? '' : choices.length > 0 ? ` -x -a ${quoted(choices.join(' '))}` : ' -r';
  return `complete -c counterfoil -n ${quoted(inside)} -l ${longOf(flags).slice(2)}${value} -d ${quoted(help)}`;
}

/** In single quotes, whatever is inside; understood by every shell here. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
