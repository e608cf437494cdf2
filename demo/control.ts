import { type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';

/** Asks the sandbox's control door and answers the JSON. The demo is the only client; nothing here leaves the machine. */
export async function control<T>(sandboxUrl: string, method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
  const answer = await open(sandboxUrl, method, path, body);
  let text = '';
  for await (const chunk of answer) text += chunk;
  if (answer.statusCode !== 200)
    throw new Error(`the sandbox answered ${answer.statusCode} to ${method} ${path}: ${text.slice(0, 300)}`);
  return JSON.parse(text) as T;
}

/** The same for an answer of one JSON object a line; answers the last one. */
export async function controlLines<T>(
  sandboxUrl: string,
  path: string,
  body: unknown,
  onLine: (line: T) => void,
): Promise<T> {
  const answer = await open(sandboxUrl, 'POST', path, body);
  let last: T | undefined;
  for await (const line of createInterface({ input: answer })) {
    if (line.trim() === '') continue;
    last = JSON.parse(line) as T;
    onLine(last);
  }
  if (last === undefined || answer.statusCode !== 200)
    throw new Error(`the sandbox answered ${answer.statusCode} to ${path}`);
  return last;
}

function open(sandboxUrl: string, method: string, path: string, body: unknown): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers =
      body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    const call = request(`${sandboxUrl}${path}`, { method, headers }, resolve);
    call.once('error', reject);
    call.end(text);
  });
}
