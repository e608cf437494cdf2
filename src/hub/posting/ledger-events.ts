/** Settings of the company: closing date, numbering. */
const COMPANY_EVENT = /^preferences\./;
/** Every document that we make is announced to us: that is no change of it. */
const ECHO_EVENT = /\.created$/;

export function isCompanyEvent(type: string): boolean {
  return COMPANY_EVENT.test(type);
}

export function isEcho(type: string): boolean {
  return ECHO_EVENT.test(type);
}
