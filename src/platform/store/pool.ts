import pg from 'pg';
import { columnTypes } from './types.ts';

/** A pool whose connections the server may close at any moment: that fails the statement under way, never the process. */
export function newPool(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({ ...config, types: columnTypes });
  // An idle connection that the server closes is replaced on the next use.
  pool.on('error', () => {});
  // The pool hears of its idle connections only; one that is in use or being closed needs a listener of its own.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}
