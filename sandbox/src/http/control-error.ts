/** A request to the control door that cannot be done, with everything that is wrong with it. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly status: number;
  readonly problems: readonly string[];

  constructor(status: number, problems: readonly string[]) {
    super(problems.join('; '));
    this.status = status;
    this.problems = problems;
  }
}
