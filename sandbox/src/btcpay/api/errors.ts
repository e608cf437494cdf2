import { jsonResponse } from '../../core/json.ts';

export interface FieldProblem {
  /** JSON path, in the server's own capitals. */
  readonly path: string;
  readonly message: string;
}

/** A refusal in the server's own form; turned into an answer by the router. */
export class BtcpayError extends Error {
  override readonly name = 'BtcpayError';
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(JSON.stringify(body));
    this.status = status;
    this.body = body;
  }

  response(): Response {
    return jsonResponse(this.status, this.body);
  }
}

/** 422 with an array, although the description speaks of 400. */
export function invalid(problems: readonly FieldProblem[]): BtcpayError {
  return new BtcpayError(422, problems);
}

export function notFound(what: string): BtcpayError {
  return new BtcpayError(404, { code: `${what}-not-found`, message: `The ${what} was not found` });
}

export function unauthenticated(reason: string): BtcpayError {
  return new BtcpayError(401, { code: 'unauthenticated', message: reason });
}

export function missingPermission(permission: string): BtcpayError {
  return new BtcpayError(403, {
    code: 'missing-permission',
    message: `Insufficient API Permissions. Please use an API key with permission "${permission}". You can create an API key in your account's settings / Api Keys.`,
    missingPermission: permission,
  });
}

export function conflict(code: string, message: string): BtcpayError {
  return new BtcpayError(409, { code, message });
}

export function badRequest(code: string | null, message: string): BtcpayError {
  return new BtcpayError(400, { code, message });
}
