import type { RunReading } from "./read-run.ts";

/** A run as `--json` gives it: the summary, its steps as the history tells them, and the diagnosis. */
export function runDocument({ run, view, diagnosis }: RunReading): object {
  return {
    run,
    input: view.input,
    output: view.output,
    error: view.error,
    cause: view.cause,
    steps: view.steps,
    diagnosis,
  };
}
