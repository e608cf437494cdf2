import type { OwnerAddress } from '../../src/platform/store/index.ts';
import type { Backend } from './backend.ts';
import { memoryBackend } from './backend-memory.ts';

/** Which store a seed runs over. */
export type StoreChoice = { readonly kind: 'memory' } | { readonly kind: 'postgres'; readonly server: OwnerAddress };

/** A fresh store for one seed; `name` tells the databases of seeds that run side by side apart. */
export async function openBackend(store: StoreChoice, name: string): Promise<Backend> {
  if (store.kind === 'memory') return memoryBackend();
  const { postgresBackend } = await import('./backend-postgres.ts');
  return postgresBackend(store.server, name);
}
