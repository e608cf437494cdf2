/**
 * What every offline provider is: one function from request to response over injected time and chance, plus its whole
 * state as a value. The same object serves a real HTTP port (demo, browser tests, load) and an in-process simulation.
 */
export interface SandboxProvider {
  readonly name: string;
  /**
   * Answers one API request. The URL's path starts at the provider's own root (`/v1/charges`, `/api/v1/stores`,
   * `/v3/company/…`): whoever mounts the provider under a prefix takes the prefix off first.
   */
  fetch(request: Request): Promise<Response>;
  /** The whole state as a value that JSON can carry; `restore` of it gives an equal provider. */
  snapshot(): unknown;
  restore(state: unknown): void;
}

/** The outside things a provider may use. Nothing in the sandbox reads the clock or draws chance in any other way. */
export interface SandboxDoors {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Uniform in [0, 1), from a seeded generator. */
  random(): number;
}

/** Thrown by a fault in place of an answer: the caller must see a connection that dies without one. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  /** Whether the request had already taken effect when the answer was lost. */
  readonly applied: boolean;
  constructor(applied: boolean) {
    super(applied ? 'the answer was lost after the request took effect' : 'the request was lost before it took effect');
    this.applied = applied;
  }
}
