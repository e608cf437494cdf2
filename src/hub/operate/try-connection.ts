import { type CounterfoilError, isCounterfoilError } from '../../kernel/errors.ts';
import { type Connection, callerOf, testConnection } from '../connections/index.ts';
import type { HubDoors } from '../mapping/index.ts';

/** One live call with the stored credential: null when it was good. A disconnected connection is left alone. */
export async function tryConnection(doors: HubDoors, connection: Connection): Promise<CounterfoilError | null> {
  if (connection.state === 'disconnected') return null;
  try {
    await testConnection(doors, await callerOf(doors, connection));
    return null;
  } catch (error) {
    if (isCounterfoilError(error)) return error;
    throw error;
  }
}
