import type { ListedProperty } from '../../test/support/property-list.ts';
import type { CanaryFigures, CrashFigures, FuzzFigures, NetFigures, Reliability } from '../reliability/figures.ts';
import { code, generatedFrom, page, table } from './markdown.ts';
import { cleanRuns, count, figureTable, NOT_RECORDED } from './reliability-parts.ts';
import { simulationLines, situationLines } from './reliability-simulation.ts';

const FROM = '`docs/reference/figures/reliability.json` and the tests';

/** `docs/reference/reliability.md`. `recorded` is null when no full run was recorded. Pure. */
export function reliabilityPage(recorded: Reliability | null, properties: readonly ListedProperty[]): string {
  return page(
    generatedFrom(FROM),
    '# Reliability',
    'What is thrown at Counterfoil to see whether it keeps its promises, and what came of it at the last full run. The ' +
      'promises have numbers, I1 to I20: [invariants](../spec/invariants.md). Every suite is part of this repository and needs no ' +
      'account, no network and no PostgreSQL of yours.',
    ...circumstances(recorded),
    ...HOW_TO_READ,
    ...simulationLines('memory', recorded?.simulation ?? null),
    ...simulationLines('postgres', recorded?.simulationPostgres ?? null),
    ...situationLines(recorded?.simulation ?? null, recorded?.simulationPostgres ?? null),
    ...canaryLines(recorded?.canaries ?? null),
    ...crashLines(recorded?.crash ?? null),
    ...netLines(recorded?.net ?? null),
    ...fuzzLines(recorded?.fuzz ?? null),
    ...propertyLines(properties),
    ...REPEAT,
  );
}

function circumstances(recorded: Reliability | null): readonly string[] {
  if (recorded === null)
    return ['**No full run has been recorded.** The sections say what each suite does; figures are missing.'];
  const { commit, date, machine } = recorded;
  const { cpu, cores, memory, os, node } = machine;
  return [
    table(
      ['recorded on', ''],
      [
        ['processor', `${cpu}, ${cores} cores`],
        ['memory', `${memory} GiB`],
        ['system', os],
        ['Node.js', node],
        ['commit', code(commit)],
        ['date', date.slice(0, 10)],
      ],
    ),
    'Commit and date are those at which the figures were put together; a `+` says that the working tree differed from the commit.',
  ];
}

const HOW_TO_READ = [
  '## How to read the figures',
  'No test proves that there is no mistake. If *n* runs are drawn by chance and all of them are clean, then with 95 % confidence ' +
    'fewer than 3/*n* of all runs that could be drawn would fail. That holds for the faults and the business that a suite can draw, ' +
    'and for nothing else: a fault that nobody thought of is in no run. What a suite cannot see is said with it.',
];

function canaryLines(figures: CanaryFigures | null): readonly string[] {
  const about =
    'A suite that finds nothing may be blind. A canary is the product with one mistake put in on purpose, by a switch that only the ' +
    'simulation has; seeds are run until one of them notices, 2,000 at most unless said otherwise.';
  if (figures === null) return ['## Canaries', about, NOT_RECORDED];
  const found = figures.canaries.filter((one) => one.found);
  return [
    '## Canaries',
    about,
    `**${found.length} of ${figures.canaries.length}** were found. The seed is the first that was seen to fail; a low one means that ` +
      'such a mistake could hardly hide. It does not follow that every other mistake would be found as soon.',
    table(
      ['mistake', 'seed that found it'],
      figures.canaries.map(({ name, seed }) => [name, seed === null ? '**not found**' : String(seed)]),
    ),
  ];
}

function crashLines(figures: CrashFigures | null): readonly string[] {
  const about =
    'An API process, two workers and a PostgreSQL with its usual durability run as processes of their own, under signed webhooks and ' +
    'while documents are posted to the sandbox. Each round kills some or all of them with SIGKILL at a drawn moment, starts them ' +
    'again and looks for what is missing or there twice; at the end everything must become final, agree to the cent, pass ' +
    '`counterfoil verify`, and not change when every webhook is sent again.';
  if (figures === null) return ['## Crashes', about, NOT_RECORDED];
  const { rounds, kills, readyMs, lost, twice, violations } = figures;
  const victims = Object.entries(kills).map(([victim, times]) => `${victim} ${count(times)}`);
  return [
    '## Crashes',
    about,
    figureTable([
      ['rounds', count(rounds), `seed ${figures.seed}, ${count(figures.seconds)} s`],
      ['killed', victims.join(', '), 'rounds by victim; *both* is the API with the workers'],
      ['killed in a restart', count(figures.killsInRestart), 'a second kill while the first was being repaired'],
      ['killed in a first start', count(figures.killsInFirstStart), 'while the tables were made'],
      ['acknowledged deliveries', count(figures.acknowledged), 'webhooks of the suite that were answered 200'],
      ['of these lost', count(lost), 'not in the inbox afterwards (I1)'],
      ['documents', count(figures.documents), `for ${count(figures.payments)} payments and what belongs to them`],
      ['of these twice', count(twice), 'postings with two live documents (I3)'],
      ['other violations', count(violations), 'any other promise, an unexpected end, an unfinished posting'],
      ['ready again, half of the rounds', `${count(readyMs.p50)} ms`, 'from the last kill until every process answers'],
      ['ready again, 99 of 100', `${count(readyMs.p99)} ms`, `at most ${count(readyMs.max)} ms`],
    ]),
    `${cleanRuns(rounds, lost + twice + violations, 'rounds')} A killed process is not a power cut: what the operating system had ` +
      'taken is still written, so this says nothing of disks that lie about it. PostgreSQL is one server without replicas.',
  ];
}

function netLines(figures: NetFigures | null): readonly string[] {
  const about =
    'A TCP proxy of our own stands between the product and each of Stripe, BTCPay Server, QuickBooks and PostgreSQL, and breaks the ' +
    'connection in one way at a time while payments are made. After each fault no promise may be broken, everything must be final ' +
    'within two polls after the last pause that the product had begun and the time that such work takes anyway, and no connection ' +
    'or timer may be left.';
  if (figures === null) return ['## Network', about, NOT_RECORDED];
  const { results, seconds } = figures;
  const bad = results.filter(({ ok }) => !ok);
  return [
    '## Network',
    about,
    `**${results.length - bad.length} of ${results.length}** rounds were well, in ${count(seconds)} s. *Recovered* is the time from the ` +
      'end of the fault until everything was final, *allowed* what it may take on this machine at that moment.',
    table(
      ['target', 'fault', 'recovered', 'allowed', 'broken promises', 'left open', ''],
      results.map(({ target, mode, recoveredMs, allowedMs, violations, leaked, ok }) => [
        target,
        mode,
        recoveredMs === null ? 'never' : `${count(recoveredMs)} ms`,
        `${count(allowedMs)} ms`,
        count(violations.length),
        count(leaked.length),
        ok ? 'well' : '**failed**',
      ]),
    ),
    'Each pair of target and fault is one round, at one moment of the traffic. The proxy works on the bytes of a connection: lost ' +
      'packets and wrong answers of name servers are not among its faults.',
  ];
}

function fuzzLines(figures: FuzzFigures | null): readonly string[] {
  const about =
    'Every operation of the OpenAPI description gets odd requests over real sockets, and every webhook address gets nonsense, ' +
    'four of five times with a good signature. Each answer must have a status that is right for the case, a body that fits the ' +
    'description, and come within 2 s; what was stored must come to its end with a reason, and payments that come behind it must ' +
    'reach the books.';
  if (figures === null) return ['## Fuzz', about, NOT_RECORDED];
  const { operations, seed, ok } = figures;
  return [
    '## Fuzz',
    about,
    `Seed ${seed}: ${ok ? 'every answer was right, and all that was stored came to its end.' : '**something was not right.**'} It says ` +
      'nothing of what is answered to well-formed requests that are wrong in meaning.',
    table(
      ['operation', 'cases', 'failing', 'slowest', 'answers'],
      operations.map(({ operation, cases, failing, slowest_ms, statuses }) => [
        code(operation),
        count(cases),
        count(failing.length),
        `${count(slowest_ms)} ms`,
        Object.entries(statuses)
          .map(([status, times]) => `${count(times)} × ${status}`)
          .join(', '),
      ]),
    ),
  ];
}

function propertyLines(properties: readonly ListedProperty[]): readonly string[] {
  const areas = [...Map.groupBy(properties, ({ area }) => area)].map(([area, laws]) => {
    const paths = [...new Set(laws.map(({ path }) => path))];
    return [area, count(laws.length), paths.map(code).join(', ')];
  });
  return [
    '## Properties',
    'A property is a law that must hold for every value, tried on 1,000 made-up ones in the test command; a failing value is made as ' +
      'small as possible. The parts that decide about money are pure functions, so this reaches all of their inputs in principle; ' +
      'that a law holds for a thousand values does not prove it for the next.',
    `**${properties.length} properties** are in this version.`,
    table(['area', 'properties', 'where'], areas),
  ];
}

const REPEAT = [
  '## Repeat it',
  'After `npm ci`. The suites take the whole machine: run one at a time. A failing seed prints the line that does it again.',
  [
    '```sh',
    'npm test                                            # a part of everything, with all other tests',
    'npm run --silent sim -- --seeds 20000 --json > simulation.json',
    'npm run --silent sim -- --store postgres --seeds 50 --json > simulation-postgres.json',
    'npm run --silent sim -- --canaries --json > canaries.json',
    'npm run --silent crash -- --rounds 300 --json > crash.json',
    'npm run --silent net -- --json > net.json           # --long for the time-outs as they are: most of an hour',
    'npm run --silent fuzz -- --json > fuzz.json',
    'node tools/record-reliability.ts --simulation simulation.json --simulation-postgres simulation-postgres.json \\',
    '  --canaries canaries.json --crash crash.json --net net.json --fuzz fuzz.json',
    'npm run generate',
    '```',
  ].join('\n'),
];
