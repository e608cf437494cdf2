const HEAD_END = Buffer.from('\r\n\r\n');
const LINE_END = Buffer.from('\r\n');

/**
 * Bytes of the first HTTP/1.1 message in a buffer, or null when it is not complete yet. Requests and answers that the
 * product and the sandbox exchange: a length, chunks, or no body.
 */
export function messageLength(bytes: Buffer): number | null {
  const head = bytes.indexOf(HEAD_END);
  if (head === -1) return null;
  const start = head + HEAD_END.length;
  const text = bytes.subarray(0, head).toString('latin1');
  if (/^transfer-encoding:\s*chunked/im.test(text)) return endOfChunks(bytes, start);
  const length = Number(/^content-length:\s*(\d+)/im.exec(text)?.[1] ?? 0);
  return bytes.length >= start + length ? start + length : null;
}

function endOfChunks(bytes: Buffer, start: number): number | null {
  for (let at = start; ; ) {
    const line = bytes.indexOf(LINE_END, at);
    if (line === -1) return null;
    const size = Number.parseInt(bytes.subarray(at, line).toString('latin1'), 16);
    at = line + LINE_END.length + size + LINE_END.length;
    if (bytes.length < at) return null;
    if (size === 0) return at;
  }
}

/** Collects bytes and answers the messages that they complete. */
export class MessageReader {
  #rest: Buffer = Buffer.alloc(0);

  add(chunk: Buffer): Buffer[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const complete: Buffer[] = [];
    for (let length = messageLength(this.#rest); length !== null; length = messageLength(this.#rest)) {
      complete.push(this.#rest.subarray(0, length));
      this.#rest = this.#rest.subarray(length);
    }
    return complete;
  }

  /** What has come of a message that is not complete. */
  takeRest(): Buffer {
    const rest = this.#rest;
    this.#rest = Buffer.alloc(0);
    return rest;
  }
}
