/** One part of the check: a program that ends with 0 when all is well. */
export interface Step {
  readonly name: string;
  /** A script for Node, from the root of the project, and its arguments. */
  readonly script: string;
  readonly args: readonly string[];
  /** Uses all cores by itself: runs when nothing else does. */
  readonly alone?: boolean;
}

export interface StepResult {
  readonly name: string;
  readonly ok: boolean;
  readonly took_ms: number;
  /** Everything that it printed. */
  readonly output: string;
}

/** How a step is run; tests bring their own. */
export type RunStep = (step: Step) => Promise<StepResult>;
