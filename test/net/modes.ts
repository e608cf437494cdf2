export const TARGETS = ['stripe', 'btcpay', 'quickbooks', 'postgres'] as const;
export type Target = (typeof TARGETS)[number];

export const MODES = [
  'refuse',
  'silent',
  'half-open',
  'one-way',
  'reset',
  'drip',
  'delay',
  'duplicate',
  'swap',
  'tls-cut',
  'stall',
  'flap',
] as const;
export type Mode = (typeof MODES)[number];

/** Of these modes each makes sense only where HTTP is spoken. */
const HTTP_ONLY: readonly Mode[] = ['duplicate', 'swap', 'tls-cut'];

/** Modes that leave connections in which bytes were lost, so that only an end of the connection ends the fault. */
export const LOSES_BYTES: readonly Mode[] = ['silent', 'half-open', 'one-way'];

/** The modes that can befall a target, in order. */
export function modesOf(target: Target): readonly Mode[] {
  return target === 'postgres' ? MODES.filter((mode) => !HTTP_ONLY.includes(mode)) : MODES;
}

/** The short pass: every mode, and every target with those that hurt it most. */
export const SHORT_PASS: Readonly<Record<Target, readonly Mode[]>> = {
  stripe: ['refuse', 'one-way', 'delay', 'swap', 'flap'],
  btcpay: ['silent', 'half-open', 'drip', 'swap', 'stall'],
  quickbooks: ['one-way', 'reset', 'duplicate', 'tls-cut'],
  postgres: ['refuse', 'half-open', 'reset', 'stall', 'flap'],
};
