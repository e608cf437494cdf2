import { cut } from './text.ts';

/** Most characters of a PrivateNote (fact sheet of the API, 2026-11). */
export const MAX_NOTE = 4_000;

const PREFIX = 'counterfoil:1:';
// Not part of a longer word on either side: a marker that somebody cut or glued to another text is not ours.
const MARKER = /(?<![a-z0-9])counterfoil:1:(pst_[0-9a-z]{32})(?![0-9a-z_])/;

/** The note of a document of ours: the marker on its own line, then the memo, within {@link MAX_NOTE}. */
export function noteOf(postingId: string, memo: string): string {
  return cut(memo === '' ? PREFIX + postingId : `${PREFIX}${postingId}\n${memo}`, MAX_NOTE);
}

/** The posting id of the first marker anywhere in a note, whatever people wrote around it; null when there is none. */
export function postingIdIn(note: string): string | null {
  return MARKER.exec(note)?.[1] ?? null;
}

/** Whether the note says that the document was voided: QuickBooks puts that word in front. */
export function saysVoided(note: string): boolean {
  return /^\s*voided\b/i.test(note);
}
