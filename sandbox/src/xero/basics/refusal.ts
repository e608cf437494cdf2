/** One object that is not acceptable: the messages Xero lists under its `ValidationErrors`. */
export class Invalid extends Error {
  override readonly name = 'Invalid';
  readonly messages: readonly string[];

  constructor(...messages: readonly string[]) {
    super(messages.join(' '));
    this.messages = messages;
  }
}

/** A whole call that is refused. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  /** An object is sent as JSON, a text as it is. */
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(typeof body === 'string' ? body : JSON.stringify(body));
    this.status = status;
    this.body = body;
  }
}

/** 400 in the shape of Xero's exceptions; `Elements` are the refused objects with their errors. */
export function validationRefusal(elements: readonly unknown[]): Refusal {
  const Message = 'A validation exception occurred';
  return new Refusal(400, { ErrorNumber: 10, Type: 'ValidationException', Message, Elements: elements });
}

/** 400 without an object to blame. */
export function callRefusal(number: number, type: string, message: string): Refusal {
  return new Refusal(400, { ErrorNumber: number, Type: type, Message: message });
}

/** The body cannot be read. */
export function badPost(message: string): Refusal {
  return callRefusal(14, 'PostDataInvalidException', message);
}

/** A `where` or `order` that cannot be read. */
export function badQuery(message: string): Refusal {
  return callRefusal(16, 'QueryParseException', message);
}

/** A write without anything to write. */
export function nothingProcessed(): Refusal {
  return callRefusal(17, 'NoDataProcessedException', 'No data has been processed for this endpoint.');
}

/** The object or resource does not exist; Xero answers it as plain text. */
export function notFound(): Refusal {
  return new Refusal(404, "The resource you're looking for cannot be found");
}

/** Refusals before the API itself: token, scope, organisation. */
export function accessRefusal(status: 401 | 403, detail: string, instance: string): Refusal {
  const Title = status === 401 ? 'Unauthorized' : 'Forbidden';
  return new Refusal(status, { Type: null, Title, Status: status, Detail: detail, Instance: instance, Extensions: {} });
}
