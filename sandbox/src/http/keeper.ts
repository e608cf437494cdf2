import { type Keepable, StateFile } from './state-file.ts';

export interface KeptPart {
  readonly kept: Pick<Keepable, 'snapshot' | 'restore'>;
  /** The part's own account of single changes; used when nothing may be lost. */
  readonly journal?: {
    onMutation(listener: (record: unknown) => void): void;
    apply(record: unknown): void | Promise<void>;
  };
}

/** Keeps all parts of the sandbox in one folder, or nothing when there is no folder. */
export class Keeper {
  readonly #files: { readonly file: StateFile; readonly part: KeptPart }[];
  readonly #durable: boolean;
  #touched = false;

  constructor(directory: string | undefined, durable: boolean, parts: Readonly<Record<string, KeptPart>>) {
    this.#durable = durable;
    this.#files = Object.entries(directory === undefined ? {} : parts).map(([name, part]) => ({
      part,
      file: new StateFile(directory ?? '', name, {
        snapshot: () => part.kept.snapshot(),
        restore: (state) => part.kept.restore(state),
        ...(part.journal ? { apply: (record) => part.journal?.apply(record) } : {}),
      }),
    }));
  }

  async load(): Promise<void> {
    for (const { file, part } of this.#files) {
      await file.load();
      if (this.#durable) part.journal?.onMutation((record) => file.append(record));
    }
  }

  /** Something may have changed. */
  touch(): void {
    this.#touched = true;
  }

  /** Without a journal after any change; with one when it has grown long. */
  saveIfDue(): void {
    if (this.#durable ? this.#files.some(({ file }) => file.isLong) : this.#touched) this.save();
  }

  save(): void {
    this.#touched = false;
    for (const { file } of this.#files) file.save();
  }
}
