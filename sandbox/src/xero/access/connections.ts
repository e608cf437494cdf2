import { plain, type Store, type Table } from '../../core/store.ts';
import { randomUuid } from '../basics/uuid.ts';

/** An organisation that the user connected to the app. Its `id` is not the id of the organisation. */
export interface Connection {
  readonly id: string;
  readonly tenantId: string;
  readonly authEventId: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Which organisations the app may reach; every token of the user reaches all of them. */
export class Connections {
  readonly #table: Table<Connection>;
  readonly #random: () => number;

  constructor(store: Store, random: () => number) {
    this.#table = store.table('connections', plain<Connection>());
    this.#random = random;
  }

  /** Connects an organisation, or notes that it was connected once more. */
  connect(now: number, tenantId: string, authEventId: string): void {
    const before = this.of(tenantId);
    const id = before?.id ?? randomUuid(this.#random);
    this.#table.set(id, { id, tenantId, authEventId, createdAt: before?.createdAt ?? now, updatedAt: now });
  }

  of(tenantId: string): Connection | undefined {
    return this.all().find((connection) => connection.tenantId === tenantId);
  }

  all(): Connection[] {
    return [...this.#table.entries()].map(([, connection]) => connection);
  }

  /** False when there is none of that id. */
  remove(id: string): boolean {
    const isThere = this.#table.has(id);
    this.#table.delete(id);
    return isThere;
  }

  clear(): void {
    for (const { id } of this.all()) this.#table.delete(id);
  }
}
