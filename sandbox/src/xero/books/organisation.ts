import type { JsonObject } from '../../core/exact/json.ts';
import type { SandboxDoors } from '../../core/provider.ts';
import type { Store, Table } from '../../core/store.ts';
import { dayOf } from '../basics/dates.ts';
import { Invalid } from '../basics/refusal.ts';
import { randomUuid } from '../basics/uuid.ts';
import type { Notices } from '../notices/notices.ts';
import type { Settings, XeroOrganisation } from '../options.ts';
import { nameKey, settledKey } from '../store/index-keys.ts';
import type { Kind, XeroRecord } from '../store/record.ts';
import type { Records } from '../store/records.ts';
import { isSameJournal, type Journal, type Ledger } from './ledger.ts';

/** The last locked days of an organisation; null when none is set. */
export interface LockDates {
  /** Nobody but advisers may change the books on or before it. */
  readonly period: string | null;
  /** Nobody may. */
  readonly endOfYear: string | null;
}

/** What all organisations share. */
export interface World {
  readonly settings: Settings;
  readonly doors: SandboxDoors;
  readonly store: Store;
  readonly records: Records;
  readonly ledger: Ledger;
  readonly notices: Notices;
  readonly locks: Table<LockDates>;
}

const OPEN: LockDates = { period: null, endOfYear: null };

/** One organisation and who acts in it: everything a write needs. */
export class Organisation {
  readonly world: World;
  readonly facts: Required<XeroOrganisation>;
  readonly #isAdviser: boolean;

  constructor(world: World, facts: Required<XeroOrganisation>, isAdviser: boolean) {
    this.world = world;
    this.facts = facts;
    this.#isAdviser = isAdviser;
  }

  get tenantId(): string {
    return this.facts.tenantId;
  }

  get currency(): string {
    return this.facts.baseCurrency;
  }

  now(): number {
    return this.world.doors.now();
  }

  today(): string {
    return dayOf(this.now());
  }

  newId(): string {
    return randomUuid(() => this.world.doors.random());
  }

  /** The next text of a series of document numbers: `INV-0001`. */
  nextNumber(prefix: string): string {
    return `${prefix}-${String(this.world.records.count(`${this.tenantId}/${prefix}`)).padStart(4, '0')}`;
  }

  get(kind: Kind, id: string): XeroRecord | undefined {
    return this.world.records.get(this.tenantId, kind, id.toLowerCase());
  }

  all(kind: Kind): XeroRecord[] {
    return this.world.records.all(this.tenantId, kind);
  }

  /** Records with that value in a field that is indexed, oldest first. */
  named(kind: Kind, field: string, value: string): XeroRecord[] {
    return this.world.records.found(this.tenantId, nameKey(kind, field, value));
  }

  /** The payments and credit notes that settle a document. */
  settling(id: string): XeroRecord[] {
    return this.world.records.found(this.tenantId, settledKey(id));
  }

  locks(): LockDates {
    return this.world.locks.get(this.tenantId) ?? OPEN;
  }

  /** Makes a record, with an id of its own unless one is given. */
  create(kind: Kind, data: JsonObject, id: string = this.newId()): XeroRecord {
    const now = this.now();
    const order = this.world.records.count('order');
    const record = { tenantId: this.tenantId, kind, id, data, createdAt: now, updatedAt: now, order };
    this.world.records.put(record);
    this.#notify(record, 'CREATE');
    return record;
  }

  /** Gives a record other data; it counts as updated now. */
  change(record: XeroRecord, data: JsonObject): XeroRecord {
    const changed = { ...record, data, updatedAt: this.now() };
    this.world.records.put(changed);
    this.#notify(changed, 'UPDATE');
    return changed;
  }

  remove(record: XeroRecord): void {
    this.world.records.remove(record);
  }

  /** Lets a document do this to the books instead of what it did. A locked day on either side is refused. */
  post(record: XeroRecord, journal: Journal | undefined): void {
    const { ledger } = this.world;
    const before = ledger.of(this.tenantId, record.kind, record.id);
    if (isSameJournal(before, journal)) return;
    for (const day of [before?.date, journal?.date]) if (day !== undefined) this.#refuseLocked(day);
    ledger.set(this.tenantId, record, journal);
  }

  #refuseLocked(day: string): void {
    const { period, endOfYear } = this.locks();
    const isLocked = (last: string | null) => last !== null && day <= last;
    if (isLocked(endOfYear) || (isLocked(period) && !this.#isAdviser)) {
      throw new Invalid('The document cannot be edited as it is currently locked: its date is within a locked period');
    }
  }

  #notify(record: XeroRecord, type: 'CREATE' | 'UPDATE'): void {
    this.world.notices.add(record, { type, at: this.now() });
  }
}
