import type { BenchReport, Figure, MachineFacts } from '../results.ts';

interface Section {
  readonly title: string;
  /** What was done and what it tells, in whole sentences. */
  readonly text: string;
  /** What single figures mean, by how their names begin. */
  readonly figures: readonly (readonly [string, string])[];
}

const SECTIONS: Readonly<Record<string, Section>> = {
  webhooks: {
    title: 'Accepting webhooks',
    text: 'The real server receives distinct Stripe deliveries, each with its own signature, from 32 clients that send the next one when the last is answered. It answers after the delivery is committed to disk. The client shares the cores with the server and PostgreSQL; what it takes is among the figures.',
    figures: [
      [
        'accepted and committed',
        'Deliveries answered with 200. The ceiling is the same server that verifies and stores nothing; pgbench makes the same insert, one commit each; the peer is the most used engine from npm that puts Stripe into PostgreSQL, behind a bare HTTP server.',
      ],
      ['answer p99', 'Of a hundred answers, 99 come within this time.'],
      ['deliveries lost', 'Answered with 200 and not in the table afterwards.'],
      ['deliveries stored twice', 'In the table more than once.'],
      ['deliveries refused', 'Answered with anything but 200, by all of the servers together.'],
      [
        'accepted with a worker',
        'One process that also opens the deliveries while they arrive, as `counterfoil start` does.',
      ],
      [
        'processor time of the server',
        'Of the Node.js process alone, without PostgreSQL. It depends less on what else runs than the rate does.',
      ],
      ['cores taken by the client', 'Processor time of the load generator itself.'],
    ],
  },
  posting: {
    title: 'Posting to QuickBooks',
    text: 'Stripe payments of a month are posted to a QuickBooks company in the sandbox, which answers 20 ms after it was asked. Calls are all calls of QuickBooks: documents, look-ups, and the comparison at the end.',
    figures: [
      ['provider calls', 'Divided by the payments, whatever else the calls were for.'],
      [
        'documents per second',
        'From the first call until the last answer is stored, without limits. The bare client sends the same documents in batches of 30, one after the other, and does nothing else.',
      ],
      [
        'share of the rate limit',
        'Documents a minute with the documented limits on, by the smaller of 500 (calls a minute) and 1,200 (40 batches of 30).',
      ],
      ['documents per minute', 'The same as a number, beside what batches alone would allow.'],
      ['measured for', 'From the first to the last document of the company with one fee document per payout.'],
      ['calls refused', 'Answers 429: our own budget is to keep below the limit.'],
      ['documents missing', 'Documents in the company against postings that say they are there.'],
    ],
  },
  latency: {
    title: 'From a webhook to its document',
    text: 'One payment at a time into an idle installation whose providers answer after 20 ms: from the first byte of the webhook to the commit that settles the document. The bare client makes one read at Stripe and one document at QuickBooks.',
    figures: [
      ['webhook to document', 'p50: half of the payments are faster. p99: of a hundred, 99 are.'],
      ['payments measured', 'In all rounds together.'],
    ],
  },
  idle: {
    title: 'At rest',
    text: "The demo's month (1,000 Stripe charges, 200 BTCPay invoices) goes through one server process with its own PostgreSQL. Then nothing happens, and memory is looked at.",
    figures: [
      ['resident memory of the Node.js process', 'Without PostgreSQL.'],
      ['resident memory', 'Of all processes together, shared pages counted by share (PSS).'],
      ['processes', 'Node.js, PostgreSQL with its background processes and connections, and the watchdog.'],
      ['documents posted', 'What the process had done before.'],
      ['first start', 'From the command to `ready`, with an empty folder: the database is made.'],
      ['warm start', 'The same with the month in the database.'],
    ],
  },
  scale: {
    title: 'More worker processes',
    text: 'Worker processes on one PostgreSQL send documents of 12 tenants, one call each, to a ledger that answers after 20 ms. Each worker has one slot, so that the time of the ledger bounds it and not the cores. PostgreSQL and the sandbox run on the same cores.',
    figures: [
      [
        'documents per second, 1 worker with',
        'As many slots as a worker has by default: what one process does when the cores bound it.',
      ],
      [
        'documents per second',
        'Over the middle part of the documents; linear would be the number of workers times one worker.',
      ],
      ['cores in use', 'By everything on the machine. Where all are in use, they are what bounds the rate.'],
    ],
  },
  neighbour: {
    title: 'Beside a busy neighbour',
    text: 'Two tenants in one server process. One makes a payment now and then; the other makes 100 times as many, all of them real: read, planned and posted.',
    figures: [
      ['webhook to document', 'Of the quiet tenant while the other one rushes, beside the same tenant alone.'],
      ['payments of the neighbour', 'What the rush was.'],
      [
        'time to recover',
        'From the last answer of the burst until every delivery is opened and nothing is left to do.',
      ],
      ['time in which', 'From the first delivery to the last answer.'],
      ['deliveries of the burst', 'Answered with 200 and not stored.'],
      ['events of the burst', 'Each delivery is one event.'],
    ],
  },
  auth: {
    title: 'Knowing who asks',
    text: "Two routes of one server with the same small answer: one that everybody may read, and one that takes a session or an API key and a permission. All of the API's own guard runs: the count of requests by address, person and tenant, the session with its person and role as they are at that moment, the permission. What is known of a session is compared with the version of all access, which is at most 50 ms old. 32 clients send the next request when the last is answered; client, server and PostgreSQL share the cores.",
    figures: [
      ['requests of', 'Each client has a session of its own; the key is one for all.'],
      ['answer p99', 'Of a hundred answers, 99 come within this time.'],
      ['processor time of the server', 'Of the Node.js process alone, without PostgreSQL, with sessions.'],
      ['requests refused', 'Answered with anything but 200.'],
    ],
  },
};

/** `docs/reference/performance.md` from the figures of `bench all`, goals met and missed alike. Pure. */
export function performancePage(results: readonly BenchReport[]): string {
  const figures = results.flatMap((report) => report.results);
  const judged = figures.filter(({ met }) => met !== null);
  const missed = judged.filter(({ met }) => met === false);
  const lines = [
    '# Performance',
    '',
    'Generated from the last full run of `npm run bench -- all --save`; edit nothing here. Every figure was measured beside what it is',
    'compared with, in one run, in turns; the median of the rounds counts. Absolute figures move with the machine, ratios hold.',
    '',
    ...(results.length === 0 ? ['No run is on record.', ''] : machineLines(results[0]!.machine)),
    `${judged.length - missed.length} of ${judged.length} goals are met.`,
    ...(missed.length === 0 ? [] : ['Missed:', '', ...missed.map(missedLine)]),
    '',
    ...results.flatMap(sectionLines),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function machineLines(machine: MachineFacts): string[] {
  const { cpu, cores, memory, os, node, postgres, commit, date } = machine;
  return [
    '| machine | |',
    '|---|---|',
    `| processor | ${cell(cpu)}, ${cores} cores |`,
    `| memory | ${memory} GiB |`,
    `| system | ${cell(os)} |`,
    `| Node.js | ${node} |`,
    `| PostgreSQL | ${postgres} |`,
    `| commit | \`${commit}\` |`,
    `| date | ${date.slice(0, 10)} |`,
    '',
  ];
}

function missedLine({ metric, value, unit, goal, ratio }: Figure): string {
  const shown = goal?.startsWith('ratio') ? `ratio ${ratio}` : `${number(value)} ${unit}`;
  return `- ${metric}: ${shown}, goal ${goal}`;
}

function sectionLines({ bench, results }: BenchReport): string[] {
  const section = SECTIONS[bench];
  const meanings = new Map(results.map(({ metric }) => [metric, meaningOf(section, metric)]));
  return [
    `## ${section?.title ?? bench}`,
    '',
    ...(section === undefined ? [] : [section.text, '']),
    '| figure | value | beside | ratio | goal | |',
    '|---|---|---|---|---|---|',
    ...results.map(row),
    '',
    ...[...Map.groupBy(meanings, ([, meaning]) => meaning)]
      .filter(([meaning]) => meaning !== '')
      .map(([meaning, named]) => `- *${named.map(([metric]) => metric).join('*, *')}*: ${meaning}`),
    '',
  ];
}

function meaningOf(section: Section | undefined, metric: string): string {
  return section?.figures.find(([start]) => metric.startsWith(start))?.[1] ?? '';
}

function row({ metric, value, unit, against, ratio, goal, met }: Figure): string {
  const verdict = met === null ? '' : met ? 'met' : '**missed**';
  const cells = [
    metric,
    `${number(value)} ${unit}`,
    against ?? '',
    ratio === null ? '' : String(ratio),
    goal ?? '',
    verdict,
  ];
  return `| ${cells.map(cell).join(' | ')} |`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 3 });
}
