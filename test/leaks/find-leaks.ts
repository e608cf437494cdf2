/** A secret that is searched for, under a name that may be shown. */
export interface Canary {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Text or bytes that no secret may be in. */
export interface Searched {
  readonly where: string;
  readonly text: string;
}

export interface Leak {
  readonly canary: string;
  readonly where: string;
  readonly spelling: string;
}

/** Characters of a base64 text that depend on what stands beside the secret. */
const EDGE = 4;

/** Every place in which a canary stands, in any spelling. */
export function findLeaks(canaries: readonly Canary[], searched: readonly Searched[]): readonly Leak[] {
  const wanted = canaries.map((canary) => ({ canary, spellings: spellingsOf(canary.bytes) }));
  return searched.flatMap(({ where, text }) =>
    wanted.flatMap(({ canary, spellings }) =>
      spellings
        .filter((spelling) => text.includes(spelling.text))
        .map((spelling) => ({ canary: canary.name, where, spelling: spelling.name })),
    ),
  );
}

interface Spelling {
  readonly name: string;
  readonly text: string;
}

/** A secret as it may stand in a text: as it is, and as programs write it. */
export function spellingsOf(bytes: Uint8Array): readonly Spelling[] {
  const buffer = Buffer.from(bytes);
  const exact = buffer.toString('utf8');
  const hex = buffer.toString('hex');
  const percent = hex.replaceAll(/../g, (pair) => `%${pair}`);
  return [
    { name: 'exact', text: exact },
    { name: 'JSON', text: JSON.stringify(exact).slice(1, -1) },
    { name: 'hex', text: hex },
    { name: 'hex, capitals', text: hex.toUpperCase() },
    { name: 'URL-encoded', text: encodeURIComponent(exact.toWellFormed()) },
    { name: 'URL-encoded as a form', text: new URLSearchParams({ v: exact }).toString().slice(2) },
    { name: 'percent-encoded', text: percent },
    { name: 'percent-encoded, capitals', text: percent.toUpperCase() },
    ...[0, 1, 2].flatMap((offset) => base64Within(buffer, offset)),
  ].filter(({ text }) => text.length > 0);
}

/** As part of a longer base64 text, at this offset from a group of three bytes: without the edges, which differ. */
function base64Within(bytes: Buffer, offset: number): readonly Spelling[] {
  const whole = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const inner = whole.slice(offset === 0 ? 0 : EDGE, -EDGE);
  const urlSafe = inner.replaceAll('+', '-').replaceAll('/', '_');
  return [
    { name: `base64, offset ${offset}`, text: inner },
    { name: `base64url, offset ${offset}`, text: urlSafe },
  ];
}
