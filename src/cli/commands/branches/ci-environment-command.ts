import { defineCommand } from "../definition.ts";
import { booleanFlag, textFlag } from "../flags.ts";

export const ciEnvironmentCommand = defineCommand({
  brief: "Say which environment a branch deploys to, and by which roles",
  more: "Lines of name=value; in GitHub Actions they are the step's outputs as well.",
  environment: "none",
  flags: {
    branch: textFlag(
      "BRANCH",
      "Branch; default: the pull request's base, else the workflow's, else the current one",
    ),
    ifAny: booleanFlag("A branch that deploys nowhere is not an error"),
  },
  examples: [["esteira ci environment --branch master"]],
});
