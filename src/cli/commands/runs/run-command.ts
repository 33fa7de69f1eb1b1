import { defineCommand } from "../definition.ts";
import { booleanFlag, listFlag, textFlag } from "../flags.ts";
import { holdSpan, projectParameter } from "../parameters.ts";
import { proposeParams, proposeSteps } from "../proposals.ts";
import { detachFlag } from "./detach-flag.ts";

export const runCommand = defineCommand({
  brief: "Run a deployed project and follow it",
  more: "Shows the output of its steps live and ends with their table. Ctrl-C stops the run; a second one leaves at once. Exit code 1 when the run failed.",
  environment: "any",
  arguments: [projectParameter],
  flags: {
    param: {
      ...listFlag("NAME=VALUE", "A run parameter"),
      short: "p",
      proposeCompletions: proposeParams,
    },
    from: {
      ...textFlag("STEP", "Begin with this step: what it doesn't come after is skipped"),
      proposeCompletions: proposeSteps,
    },
    only: {
      ...listFlag("STEP", "Run this step only; may be given more than once"),
      proposeCompletions: proposeSteps,
    },
    deploy: booleanFlag("Deploy the project first, where its folder has changed"),
    "local-changes": booleanFlag("Run your working copy as it is, without a deploy"),
    sample: booleanFlag("A quick trial: with `sample` of parameters and `sample_env` of steps"),
    "no-cache": booleanFlag("Run steps with `cache` too, and keep what they leave for later runs"),
    "hold-on-failure": {
      ...textFlag("TIME", "Keep the place of a step that fails for `esteira shell`, such as 30m"),
      parse: holdSpan,
    },
    detach: detachFlag,
  },
  either: ["from", "only"],
  examples: [
    ["esteira run recsys"],
    ["esteira run recsys --param country=BR", "with a parameter"],
    ["esteira run recsys --from score_model", "begin in the middle"],
    ["esteira run recsys --sample", "a quick trial"],
    ["esteira run recsys --deploy", "with what the folder has now"],
    ["esteira run recsys --local-changes", "the same, and what is deployed stays"],
    ["esteira run recsys --hold-on-failure 30m", "to look into what fails"],
    ["esteira run recsys --detach", "don't wait for it"],
  ],
});
