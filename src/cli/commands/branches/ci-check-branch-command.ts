import { defineCommand } from "../definition.ts";
import { textFlag } from "../flags.ts";

export const ciCheckBranchCommand = defineCommand({
  brief: "Check that a branch may go where it goes",
  more: "Names, ways and versions by the rules of esteira.yaml, asked of the Git history. In GitHub Actions it asks about the pull request.",
  environment: "none",
  flags: {
    head: textFlag(
      "BRANCH",
      "Branch to be merged; default: the pull request's, else the current one",
    ),
    base: textFlag(
      "BRANCH",
      "Branch that it goes into; default: the pull request's, else the next one",
    ),
  },
  examples: [
    ["esteira ci check-branch", "may the current branch go where it goes next?"],
    ["esteira ci check-branch --head dev --base master", "may dev be released?"],
  ],
});
