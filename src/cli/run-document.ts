import type { CostEstimate } from "../runs/cost/estimate.ts";
import type { RunReading } from "./read-run.ts";

/** A run as `--json` gives it: the summary, its steps as the history tells them, the diagnosis, and on AWS what it cost. */
export function runDocument(
  { run, view, diagnosis }: RunReading,
  cost: CostEstimate | undefined,
): object {
  return {
    run,
    input: view.input,
    output: view.output,
    error: view.error,
    cause: view.cause,
    steps: view.steps,
    diagnosis,
    cost,
  };
}
