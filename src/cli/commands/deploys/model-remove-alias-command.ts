import { defineCommand } from "../definition.ts";
import { yesFlag } from "../flags.ts";
import { projectParameter } from "../parameters.ts";

export const modelRemoveAliasCommand = defineCommand({
  brief: "Take an alias away from the version of a project's model that has it",
  more: "Its stage stays as it is. Asks first, says how to undo it, and is audited.",
  environment: "any",
  arguments: [
    projectParameter,
    { brief: "The alias, such as @champion", placeholder: "ALIAS", parse: String },
  ],
  flags: { yes: yesFlag },
  examples: [["esteira model remove-alias recsys @champion -e prd"]],
});
