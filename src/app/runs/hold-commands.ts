import type { RunSummary, StepHold } from "../../runs/model.ts";
import { suggestion } from "../names.ts";

/** Command lines that enter the places of failed steps, and one that gives them up. */
export function holdCommands(run: RunSummary, { steps }: StepHold): readonly string[] {
  const ids = [...new Set(steps.map(({ step }) => step))];
  return [
    ...ids.map((step) => suggestion(run.environment, "shell", run.run, `--step ${step}`)),
    suggestion(run.environment, "stop", run.run),
  ];
}
