/** Thrown when the program's own reasoning is wrong. It stays on in production: a wrong entry is worse than a stop. */
export class AssertionFailed extends Error {
  override readonly name = 'AssertionFailed';
}

export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionFailed(message);
}

/** Marks a branch that the types already exclude; a value that still arrives there came from outside the types. */
export function unreachable(value: never, what: string): never {
  throw new AssertionFailed(`${what}: unexpected ${JSON.stringify(value)}`);
}
