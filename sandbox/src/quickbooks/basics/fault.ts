/** The kinds of fault QuickBooks names in `Fault.type`. */
type FaultType = 'ValidationFault' | 'AuthenticationFault' | 'AuthorizationFault' | 'SystemFault' | 'ServiceFault';

interface FaultParts {
  readonly code: string;
  readonly message: string;
  readonly detail: string;
  readonly element?: string;
  readonly type?: FaultType;
  readonly status?: number;
}

/** A refusal as QuickBooks words it; `status` is the HTTP status of a direct call (inside a batch it is always 200). */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: string;
  readonly detail: string;
  readonly element: string;
  readonly type: FaultType;
  readonly status: number;

  constructor(parts: FaultParts) {
    super(parts.message);
    this.code = parts.code;
    this.detail = parts.detail;
    this.element = parts.element ?? '';
    this.type = parts.type ?? 'ValidationFault';
    this.status = parts.status ?? 400;
  }

  /** The value of the `Fault` member of an answer. */
  body(): FaultBody {
    const error = { Message: this.message, Detail: this.detail, code: this.code, element: this.element };
    return { Error: [error], type: this.type };
  }
}

/** The `Fault` member of an answer. */
interface FaultBody {
  readonly Error: readonly { Message: string; Detail: string; code: string; element: string }[];
  readonly type: FaultType;
}

type FaultFactory<A extends readonly unknown[]> = (...facts: A) => Fault;

/** 500: the entity has no such operation. */
export const unsupportedOperation: FaultFactory<[what: string]> = (what) =>
  new Fault({ code: '500', message: 'Unsupported Operation', detail: `Operation ${what} is not supported.` });

/** 610: the object is gone, or a reference points to one that was made inactive. */
export const notFound: FaultFactory<[what: string, element?: string]> = (what, element) =>
  new Fault({
    code: '610',
    message: 'Object Not Found',
    detail: `Object Not Found : ${what} does not exist or was made inactive.`,
    ...(element === undefined ? {} : { element }),
  });

/** 620: the named transaction cannot be linked here. */
export const cannotLink: FaultFactory<[why: string]> = (why) =>
  new Fault({ code: '620', message: 'Transaction Not Linkable', detail: `The transaction cannot be linked: ${why}.` });

/** 2010: a property, parameter or value that the endpoint does not know. */
export const badElement: FaultFactory<[element: string, why: string]> = (element, why) =>
  new Fault({
    code: '2010',
    message: 'Invalid or unsupported property',
    detail: `Property Name:${element} : ${why}`,
    element,
  });

/** 2020: a required member is missing. */
export const missing: FaultFactory<[element: string]> = (element) =>
  new Fault({
    code: '2020',
    message: 'Required param missing',
    detail: `The request lacks ${element}`,
    element,
  });

/** 2050: a text is longer than its limit. */
export const tooLong: FaultFactory<[element: string, limit: number]> = (element, limit) =>
  new Fault({
    code: '2050',
    message: 'String length out of range',
    detail: `Max:${limit} : ${element} is too long`,
    element,
  });

/** 2170: a value outside its list. */
export const badEnum: FaultFactory<[element: string, value: string]> = (element, value) =>
  new Fault({ code: '2170', message: 'Invalid Enumeration', detail: `${element} cannot be ${value}`, element });

/** 2210: an e-mail address that cannot be one. */
export const badEmail: FaultFactory<[element: string]> = (element) =>
  new Fault({ code: '2210', message: 'Invalid Email Address', detail: `${element} is not an e-mail address`, element });

/** 2500: a reference id that names nothing. */
export const badReference: FaultFactory<[element: string, id: string]> = (element, id) =>
  new Fault({
    code: '2500',
    message: 'Invalid Reference Id',
    detail: `Invalid Reference Id : ${element} element id ${id} not found`,
    element,
  });

/** 5010: the sent SyncToken is not the current one. */
export const staleObject: FaultFactory<[what: string, current: string]> = (what, current) =>
  new Fault({
    code: '5010',
    message: 'Stale Object Error',
    detail: `Stale Object Error : ${what} was changed meanwhile; its SyncToken is ${current}.`,
  });

/** 5020: the company's plan or the user's rights lack the feature. */
export const notPermitted: FaultFactory<[feature: string]> = (feature) =>
  new Fault({ code: '5020', message: 'Permission Denied Error', detail: `This company has no access to ${feature}.` });

/** 6000: a rule of business, explained in the detail. */
export const businessRule: FaultFactory<[why: string]> = (why) =>
  new Fault({
    code: '6000',
    message: 'Business Validation Error',
    detail: `Business Validation Error : ${why}`,
  });

/** 6070: a line's Amount is not Qty times UnitPrice. */
export const amountMismatch: FaultFactory<[sent: string, calculated: string]> = (sent, calculated) =>
  new Fault({
    code: '6070',
    message: 'Amount calculation incorrect',
    detail: `UnitPrice times Qty is ${calculated}, but Amount is ${sent}`,
    element: 'Line.Amount',
  });

/** 6140: the document number is taken; the detail names the transaction that has it. */
export const duplicateDocNumber: FaultFactory<[docNumber: string, txnType: string, txnId: string]> = (
  docNumber,
  txnType,
  txnId,
) =>
  new Fault({
    code: '6140',
    message: 'Duplicate Document Number Error',
    detail:
      'Duplicate Document Number Error : The number is in use. ' +
      `DocNumber=${docNumber} is assigned to TxnType=${txnType} with TxnId=${txnId}`,
  });

/** 6210: the date, old or new, lies in the closed period. */
export const closedPeriod: FaultFactory<[date: string, closedUntil: string]> = (date, closedUntil) =>
  new Fault({
    code: '6210',
    message: 'Account Period Closed',
    detail: `The account period has closed: ${date} is not after the closing date ${closedUntil}.`,
  });

/** 6240: the name is taken. */
export const duplicateName: FaultFactory<[id: string]> = (id) =>
  new Fault({
    code: '6240',
    message: 'Duplicate Name Exists Error',
    detail: `The name is in use. : Id=${id}`,
  });

/** 6540: the transaction stands in a bank deposit. */
export const depositedTransaction: FaultFactory<[depositId: string]> = (depositId) =>
  new Fault({
    code: '6540',
    message: 'Deposited Transaction cannot be changed',
    detail: `The transaction is part of deposit ${depositId}; take it out of the deposit before changing it.`,
  });

/** 10000: our own failure; nothing was changed. */
export const systemFault: FaultFactory<[why: string]> = (why) =>
  new Fault({
    code: '10000',
    message: 'Application Error',
    detail: `System Failure Error: ${why}`,
    type: 'SystemFault',
    status: 500,
  });

/** 120: the token is good but not for this company. */
export const notAuthorized: FaultFactory<[realmId: string]> = (realmId) =>
  new Fault({
    code: '120',
    message: 'Authorization Failure',
    detail: `The connected user has no access to company ${realmId}.`,
    type: 'AuthorizationFault',
    status: 403,
  });

/** 4000: the query statement could not be read. */
export const queryParserError: FaultFactory<[why: string]> = (why) =>
  new Fault({ code: '4000', message: 'Error parsing query', detail: `QueryParserError: ${why}` });

/** 4001: the statement was read but asks for something the entity does not offer. */
export const queryValidationError: FaultFactory<[why: string]> = (why) =>
  new Fault({ code: '4001', message: 'Invalid query', detail: `QueryValidationError: ${why}` });
