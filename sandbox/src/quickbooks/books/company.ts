import { flagAt, objectAt, textAt } from '../../core/exact/access.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import type { SandboxDoors } from '../../core/provider.ts';
import { Store } from '../../core/store.ts';
import { type Calendar, createCalendar } from '../basics/calendar.ts';
import type { NoticeOperation } from '../notices/notice.ts';
import { NoticeQueue } from '../notices/notice-queue.ts';
import type { Settings } from '../options.ts';
import type { StoredEntity } from '../store/entity.ts';
import { Records } from '../store/records.ts';
import { Applications } from './applications.ts';
import { DepositLinks } from './deposit-links.ts';
import { GeneralLedger } from './general-ledger.ts';

/** One QuickBooks company: its objects, its books, its clock and the news about it. */
export class Company {
  readonly settings: Settings;
  readonly doors: SandboxDoors;
  readonly calendar: Calendar;
  readonly store = new Store();
  readonly records = new Records(this.store);
  readonly ledger = new GeneralLedger(this.store);
  readonly applications = new Applications(this.records);
  readonly depositLinks = new DepositLinks(this.records);
  readonly notices: NoticeQueue;

  constructor(settings: Settings, doors: SandboxDoors) {
    this.settings = settings;
    this.doors = doors;
    this.calendar = createCalendar(settings.timeZone);
    this.notices = new NoticeQueue({
      store: this.store,
      realmId: settings.realmId,
      random: () => doors.random(),
      nextSeq: () => this.records.count('notice'),
    });
  }

  /** The company's date today. */
  today(): string {
    return this.calendar.dateOf(this.doors.now());
  }

  preferences(): JsonObject {
    return this.records.get('Preferences', '1')?.data ?? {};
  }

  /** A yes-or-no preference, such as `SalesFormsPrefs`, `CustomTxnNumbers`. */
  prefers(group: string, name: string): boolean {
    return flagAt(objectAt(this.preferences(), group), name) === true;
  }

  /** The last closed day, if any. */
  closingDate(): string | undefined {
    return textAt(objectAt(this.preferences(), 'AccountingInfoPrefs'), 'BookCloseDate');
  }

  isMultiCurrency(): boolean {
    return this.prefers('CurrencyPrefs', 'MultiCurrencyEnabled');
  }

  /** Stores a new object under a fresh SyncToken 0 and tells about it. */
  add(parts: { entity: StoredEntity['entity']; id: string; data: JsonObject }): StoredEntity {
    const at = this.#second();
    const stamp = this.calendar.stamp(at);
    const data = {
      ...parts.data,
      domain: 'QBO',
      sparse: false,
      Id: parts.id,
      SyncToken: '0',
      MetaData: { CreateTime: stamp, LastUpdatedTime: stamp },
    };
    const record = { ...parts, data, createdAt: at, updatedAt: at, order: this.records.count('order') };
    this.records.put(record);
    this.tell(record, 'Create');
    return record;
  }

  /** Stores a changed object under the next SyncToken and tells about it. */
  change(before: StoredEntity, data: JsonObject, operation: NoticeOperation = 'Update'): StoredEntity {
    const at = this.#second();
    const token = String(Number(textAt(before.data, 'SyncToken') ?? '0') + 1);
    const record = {
      ...before,
      updatedAt: at,
      data: {
        ...data,
        domain: 'QBO',
        sparse: false,
        Id: before.id,
        SyncToken: token,
        MetaData: { CreateTime: this.calendar.stamp(before.createdAt), LastUpdatedTime: this.calendar.stamp(at) },
      },
    };
    this.records.put(record);
    this.tell(record, operation);
    return record;
  }

  /** Completes an object inside the write that is under way: same SyncToken, no news. */
  complete(before: StoredEntity, data: JsonObject): StoredEntity {
    const record = { ...before, data };
    this.records.put(record);
    return record;
  }

  /** Removes a transaction, leaving the trace that change data capture shows. */
  remove(record: StoredEntity): void {
    this.records.remove(record, this.#second());
    this.tell(record, 'Delete');
  }

  tell(record: StoredEntity, operation: NoticeOperation): void {
    const { entity, id } = record;
    this.notices.add({ entity, entityId: id, operation, at: this.doors.now() });
  }

  #second(): number {
    return Math.floor(this.doors.now() / 1000) * 1000;
  }
}
