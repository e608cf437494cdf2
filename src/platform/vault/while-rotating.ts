import { isCounterfoilError } from '../../kernel/errors.ts';

/** A rotation replaces a data key once; a second one cannot begin and end between two reads. */
const TRIES = 3;

/**
 * Reads a sealed value and opens it; again when its data key went away between the two, because a rotation sealed the
 * value anew meanwhile.
 */
export async function whileRotating<T>(readAndOpen: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await readAndOpen();
    } catch (error) {
      if (attempt >= TRIES || !isCounterfoilError(error) || error.code !== 'vault.data_key_gone') throw error;
    }
  }
}
