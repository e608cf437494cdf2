import { badElement } from '../basics/fault.ts';

/** Query parameters of each kind of endpoint; any other is refused. */
export const READ_PARAMETERS: readonly string[] = ['minorversion', 'include'];
/** Of a create, update, delete or void. */
export const WRITE_PARAMETERS: readonly string[] = ['minorversion', 'requestid', 'operation', 'include'];
/** Of sending a form by e-mail. */
export const SEND_PARAMETERS: readonly string[] = ['minorversion', 'requestid', 'sendTo'];
/** Of a query. */
export const QUERY_PARAMETERS: readonly string[] = ['minorversion', 'query'];
/** Of change data capture. */
export const CDC_PARAMETERS: readonly string[] = ['minorversion', 'entities', 'changedSince'];
/** Of a batch. */
export const BATCH_PARAMETERS: readonly string[] = ['minorversion', 'requestid'];
/** Of an exchange rate. */
export const RATE_PARAMETERS: readonly string[] = ['minorversion', 'sourcecurrencycode', 'asofdate'];

/** Refuses parameters the endpoint does not know, repeated ones, and a minor version that is no number. */
export function checkParameters(parameters: URLSearchParams, allowed: readonly string[]): void {
  for (const name of parameters.keys()) {
    if (!allowed.includes(name)) throw badElement(name, 'is no query parameter of this endpoint');
    if (parameters.getAll(name).length > 1) throw badElement(name, 'is given more than once');
  }
  const minor = parameters.get('minorversion');
  if (minor !== null && !/^[1-9]\d*$/.test(minor)) throw badElement('minorversion', 'must be a whole number');
}

/** The parts of `include`, in lower case. */
export function included(parameters: URLSearchParams): readonly string[] {
  return (parameters.get('include') ?? '').split(',').map((part) => part.trim().toLowerCase());
}
