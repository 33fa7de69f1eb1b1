import { defineCommand } from "../definition.ts";
import { booleanFlag, textFlag } from "../flags.ts";
import { runParameter } from "../parameters.ts";
import { proposeSteps } from "../proposals.ts";

export const logsCommand = defineCommand({
  brief: "Print what the steps of a run wrote",
  environment: "any",
  arguments: [runParameter],
  flags: {
    follow: { ...booleanFlag("Continue until the run ends"), short: "f" },
    step: { ...textFlag("STEP", "Only this step"), proposeCompletions: proposeSteps },
  },
  examples: [
    ["esteira logs recsys", "the latest run of a project"],
    ["esteira logs recsys --follow"],
    ["esteira logs 4f9a1c --step score_model"],
  ],
});
