import { copyJson } from '../core/json.ts';
import type { SandboxDoors } from '../core/provider.ts';
import type { Fields } from './objects/kept.ts';
import type { SquareEvent } from './objects/webhooks.ts';
import { type SquareOptions, type SquareSettings, squareSettings } from './settings.ts';
import { SquareState } from './state.ts';

export interface EventSubject {
  /** `payment`; also the name of the field that holds the object. */
  readonly type: string;
  readonly id: string;
  /** What stands under `data.object`; missing when the thing is gone. */
  readonly object?: Fields;
  readonly location?: string;
}

/** What every verb and every route of one seller shares. */
export class SquareContext {
  readonly settings: SquareSettings;
  readonly state: SquareState;
  readonly #doors: SandboxDoors;

  constructor(options: SquareOptions, doors: SandboxDoors) {
    this.settings = squareSettings(options);
    this.#doors = doors;
    this.state = new SquareState(`${this.settings.merchantId}:${Math.floor(doors.random() * 2 ** 32)}`);
  }

  nowMs(): number {
    return this.#doors.now();
  }

  /** Milliseconds; never before the latest thing that happened to the seller. */
  now(): number {
    return Math.max(this.#doors.now(), this.state.latestAt);
  }

  /** The seller's only loyalty program. */
  get programId(): string {
    return `program-${this.settings.merchantId.toLowerCase()}`;
  }

  get mainLocation(): string {
    return this.settings.locations[0]?.id ?? '';
  }

  hasLocation(id: string): boolean {
    return this.settings.locations.some((location) => location.id === id);
  }

  touch(at: number): void {
    if (!Number.isSafeInteger(at) || at < 0) throw new RangeError(`not a moment: ${at}`);
    this.state.latestAt = Math.max(this.state.latestAt, at);
  }

  /** Records an event with the object as it is now and queues it for every subscription that wants it. */
  emit(type: string, at: number, subject: EventSubject): SquareEvent {
    this.touch(at);
    const event = this.state.tables.events.add({
      id: this.state.newUuid('events'),
      created: at,
      type,
      location: subject.location ?? null,
      data: {
        type: subject.type,
        id: subject.id,
        ...(subject.object === undefined ? { deleted: true } : { object: copyJson(subject.object) }),
      },
    });
    for (const endpoint of this.listeners(type)) this.state.outgoing.push({ event: event.id, endpoint });
    return event;
  }

  /** Ids of the enabled subscriptions that asked for events of that type. */
  listeners(type: string): string[] {
    return this.state.tables.subscriptions
      .all()
      .filter(({ show }) => show.enabled && show.event_types.includes(type))
      .map((subscription) => subscription.id);
  }
}
