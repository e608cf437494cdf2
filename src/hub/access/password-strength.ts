import { CounterfoilError } from '../../kernel/errors.ts';
import { MAX_PASSWORD_CHARACTERS, MIN_PASSWORD_CHARACTERS } from './limits.ts';

/** "Safely unguessable": more than 10^8 guesses, by the scale of zxcvbn. */
const MIN_SCORE = 3;

const WHY: Readonly<Record<string, string>> = {
  simpleRepeat: 'it repeats one character',
  extendedRepeat: 'it repeats itself',
  sequences: 'it is a sequence',
  straightRow: 'it is a row of keys',
  keyPattern: 'it is a pattern of keys',
  dates: 'it is a date',
  recentYears: 'it is a year',
};

/** Throws `access.password_weak` for one that is too short, common, or made of what is known of its owner. */
export async function checkPassword(password: string, knownOfOwner: readonly string[]): Promise<void> {
  const characters = [...password].length;
  if (characters < MIN_PASSWORD_CHARACTERS)
    throw weak(`It has ${characters} characters: at least ${MIN_PASSWORD_CHARACTERS} are needed.`);
  if (characters > MAX_PASSWORD_CHARACTERS) throw weak(`It has more than ${MAX_PASSWORD_CHARACTERS} characters.`);
  if (isOwnName(password, knownOfOwner)) throw weak('It is made of your own name and address.');
  const judge = await strengthJudge();
  const { score, feedback } = judge.check(password, [...knownOfOwner, ...knownOfOwner.flatMap(wordsOf), 'counterfoil']);
  if (score < MIN_SCORE)
    throw weak(`It is easily guessed: ${WHY[feedback.warning ?? ''] ?? 'it is, or is close to, a common one'}.`);
}

/** Less than this many characters remain of a password without what everybody knows of its owner. */
const MIN_OWN_CHARACTERS = 8;

function isOwnName(password: string, knownOfOwner: readonly string[]): boolean {
  const words = knownOfOwner.flatMap(wordsOf).sort((a, b) => b.length - a.length);
  const rest = words.reduce((text, word) => text.replaceAll(word.toLowerCase(), ''), password.toLowerCase());
  return rest.length < [...password].length && rest.replace(/[^\p{L}\p{N}]/gu, '').length < MIN_OWN_CHARACTERS;
}

function wordsOf(text: string): string[] {
  return text.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length >= 3);
}

function weak(detail: string): CounterfoilError {
  return new CounterfoilError('access.password_weak', { field: 'password', detail: `password: ${detail}` });
}

let judge: Promise<Judge> | undefined;

/** Dictionaries of some megabytes: read when the first password is chosen. */
function strengthJudge(): Promise<Judge> {
  judge ??= loadJudge();
  return judge;
}

type Judge = Awaited<ReturnType<typeof loadJudge>>;

async function loadJudge() {
  const [{ ZxcvbnFactory }, { dictionary, adjacencyGraphs }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  return new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
}
