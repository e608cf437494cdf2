import type { Clock } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import { CHECK_TIMEOUT_MS } from './limits.ts';
import type { Finding, Judgement } from './report.ts';

/** Measures and judges. A measurement that fails or takes too long is a finding as well, never an error. */
export async function find<T>(
  clock: Pick<Clock, 'deadline'>,
  measure: () => Promise<T>,
  judge: (measured: T) => Judgement,
): Promise<Finding<T>> {
  try {
    const measured = await within(clock, measure);
    return { ...judge(measured), measured };
  } catch (error) {
    return { status: 'down', detail: messageOf(error), measured: null };
  }
}

async function within<T>(clock: Pick<Clock, 'deadline'>, measure: () => Promise<T>): Promise<T> {
  const deadline = clock.deadline(CHECK_TIMEOUT_MS);
  const passed = new Promise<never>((_resolve, reject) => {
    deadline.signal.addEventListener('abort', () => reject(deadline.signal.reason), { once: true });
  });
  try {
    return await Promise.race([measure(), passed]);
  } finally {
    deadline.cancel();
  }
}
