import { answerControl } from './control.ts';
import { below, mountOf } from './mount.ts';
import type { Sandbox } from './sandbox.ts';

/** Everything that the sandbox serves: the providers under their names, and `/control/*`. Throws NoAnswer as they do. */
export async function answerDoor(sandbox: Sandbox, request: Request): Promise<Response> {
  const { name, rest } = mountOf(new URL(request.url).pathname);
  return name === 'control' ? answerControl(sandbox, below(request, rest)) : sandbox.handle(request);
}
