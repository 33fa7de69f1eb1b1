import { defineCommand } from "../definition.ts";
import { booleanFlag, numberFlag } from "../flags.ts";
import { optional, positiveInteger, projectParameter } from "../parameters.ts";
import { proposeSteps } from "../proposals.ts";
import { trialFlags } from "./trial-flags.ts";

export const devCommand = defineCommand({
  brief: "Run a project's steps from your working copy, again at each save",
  more: "Nothing is deployed. Steps find what the last run left, or the run that --from names, which is only read; what they leave is in a scratch run that lists don't show. Ctrl-C ends it.",
  environment: "any",
  arguments: [
    projectParameter,
    optional({
      brief: "Only this step",
      placeholder: "STEP",
      parse: String,
      proposeCompletions: proposeSteps,
    }),
  ],
  flags: {
    ...trialFlags("Run whose artifacts the steps find"),
    once: booleanFlag("Run once and end as the steps did"),
    debug: booleanFlag("Wait for a debugger before the step's first line"),
    port: numberFlag("PORT", "Where the debugger listens", positiveInteger, 5678),
  },
  examples: [
    ["esteira dev recsys train", "one step, again at each save"],
    ["esteira dev recsys train --debug", "wait for VS Code or PyCharm"],
    ["esteira dev recsys train --from 4f9a1c --from-env prd", "on what ran in prd"],
    ["esteira dev recsys train --from 4f9a1c --from-env prd --deployed", "and in its image"],
  ],
});
