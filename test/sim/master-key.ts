import { createSecretKey } from 'node:crypto';

/** Seals what a simulated installation keeps; of no worth outside of it. */
export const MASTER_KEY = createSecretKey(Buffer.alloc(32, 7));
