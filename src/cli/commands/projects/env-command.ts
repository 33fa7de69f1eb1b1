import { defineCommand } from "../definition.ts";
import { booleanFlag, listFlag, textFlag } from "../flags.ts";
import { projectParameter } from "../parameters.ts";
import { proposeParams, proposeSteps } from "../proposals.ts";

export const envCommand = defineCommand({
  brief: "Print the variables that a step gets",
  more: "As `esteira dev` gives them, with the Python of the step's environment first on the PATH. Values of secrets are *** unless --export writes them to a file or a program.",
  environment: "any",
  arguments: [
    projectParameter,
    {
      brief: "Id of the step",
      placeholder: "STEP",
      parse: String,
      proposeCompletions: proposeSteps,
    },
  ],
  flags: {
    export: booleanFlag("As export lines for a shell, with secrets where stdout is no terminal"),
    param: {
      ...listFlag("NAME=VALUE", "A run parameter"),
      short: "p",
      proposeCompletions: proposeParams,
    },
    item: textFlag("TEXT", "Item of a step with for_each (default: its first)"),
  },
  examples: [
    ["esteira env recsys train"],
    ['eval "$(esteira env recsys train --export)"', "into this shell"],
  ],
});
