import { promisify, TextDecoder } from 'node:util';
import { gunzip } from 'node:zlib';
import { AnswerTooLarge, type WireAnswer } from './wire.ts';

const unzip = promisify<Uint8Array, { maxOutputLength: number }, Uint8Array>(gunzip);

/** The body is not the text that its headers say it is. */
export class UndecodableBody extends Error {
  override readonly name = 'UndecodableBody';
}

/**
 * An answer's body as text. Throws {@link UndecodableBody}, and {@link AnswerTooLarge} when it is larger than
 * `maxBytes` once unpacked.
 */
export async function textOf(answer: WireAnswer, maxBytes: number): Promise<string> {
  if (answer.body.byteLength === 0) return '';
  const bytes = await unpacked(answer, maxBytes);
  try {
    return decoderFor(answer.headers['content-type'] ?? '').decode(bytes);
  } catch (error) {
    throw new UndecodableBody('the body is not text in its character set', { cause: error });
  }
}

async function unpacked(answer: WireAnswer, maxBytes: number): Promise<Uint8Array> {
  const encoding = (answer.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '') return answer.body;
  if (encoding !== 'gzip' && encoding !== 'x-gzip') throw new UndecodableBody('an encoding that was not asked for');
  try {
    return await unzip(answer.body, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof RangeError) throw new AnswerTooLarge();
    throw new UndecodableBody('the packed body is damaged', { cause: error });
  }
}

/** UTF-8 unless the answer names another set that is known; error pages of old proxies do. */
function decoderFor(contentType: string): TextDecoder {
  const label = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(label, { fatal: true });
  } catch {
    return new TextDecoder('utf-8', { fatal: true });
  }
}
