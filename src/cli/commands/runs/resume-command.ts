import { defineCommand } from "../definition.ts";
import { enumFlag, listFlag, textFlag } from "../flags.ts";
import { runParameter } from "../parameters.ts";
import { proposeSteps, proposeStepValues } from "../proposals.ts";
import { detachFlag } from "./detach-flag.ts";

export const resumeCommand = defineCommand({
  brief: "Continue a run after its last finished step",
  more: "For a run that failed, was stopped, or whose process is gone. Steps that succeeded are not run again. Without --release it continues with what is deployed now, where that has all the steps that the run had, and else with what it was started from.",
  environment: "any",
  arguments: [runParameter],
  flags: {
    release: enumFlag(["latest", "same"], "What is deployed now, or what the run was started from"),
    from: {
      ...textFlag("STEP", "Run this step again and all that comes after it, although it succeeded"),
      proposeCompletions: proposeSteps,
    },
    memory: {
      ...listFlag("STEP=GB", "Memory of a step in this run alone, in GiB"),
      proposeCompletions: proposeStepValues,
    },
    timeout: {
      ...listFlag("STEP=SECONDS", "Time limit of an attempt of a step in this run alone"),
      proposeCompletions: proposeStepValues,
    },
    detach: detachFlag,
  },
  examples: [
    ["esteira resume recsys", "the latest run of a project"],
    ["esteira resume recsys --from extract", "what extract left was wrong"],
    ["esteira resume recsys --memory score_model=8", "it had too little for this night's data"],
    ["esteira resume recsys --release same", "as it was, whatever was deployed since"],
  ],
});
