import type { Call } from './call.ts';
import type { OpenHub } from './doors.ts';
import { finishWork, type WorkToFinish } from './finish-work.ts';
import type { Answer } from './spec.ts';
import { exitOfWork, workData, workText } from './work-report.ts';

/** The end of a command that had work done: what it did itself, and what came of the work. */
export async function answerWithWork(
  call: Call,
  hub: OpenHub,
  { head, data, work }: { readonly head: string; readonly data: object; readonly work: WorkToFinish },
): Promise<Answer> {
  const finished = await finishWork(call, hub, work);
  if (finished === null)
    return {
      exit: 'ok',
      data: { ...data, work: { state: 'handed_over' } },
      text: `${head}\nHanded to the running server.`,
    };
  return {
    exit: exitOfWork(finished),
    data: { ...data, work: workData(finished) },
    text: `${head}\n${workText(finished)}`,
  };
}
