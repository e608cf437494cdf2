/** A way to pay in bitcoin: the name that versions from 2.0 use, and the wallet that receives. */
export interface BitcoinMethod {
  readonly id: string;
  readonly wallet: 'on_chain' | 'lightning';
}

const CHAIN: BitcoinMethod = { id: 'BTC-CHAIN', wallet: 'on_chain' };
const LIGHTNING: BitcoinMethod = { id: 'BTC-LN', wallet: 'lightning' };
const LNURL: BitcoinMethod = { id: 'BTC-LNURL', wallet: 'lightning' };

/** Names of 2.x and 1.x. One method has one id here, or an update of the server would make every payment a new one. */
const METHODS: Readonly<Record<string, BitcoinMethod>> = {
  'BTC-CHAIN': CHAIN,
  BTC: CHAIN,
  'BTC-ONCHAIN': CHAIN,
  'BTC-LN': LIGHTNING,
  'BTC-LIGHTNINGNETWORK': LIGHTNING,
  'BTC-LNURL': LNURL,
  'BTC-LNURLPAY': LNURL,
};

/** Null for other coins and for methods that nobody knows. */
export function bitcoinMethod(name: string): BitcoinMethod | null {
  const known = name.toUpperCase();
  return Object.hasOwn(METHODS, known) ? METHODS[known]! : null;
}
