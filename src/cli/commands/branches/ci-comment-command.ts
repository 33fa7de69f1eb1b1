import { defineCommand } from "../definition.ts";
import { optionalNumberFlag } from "../flags.ts";
import { pathParameter, positiveInteger } from "../parameters.ts";
import { repoFlag } from "./branch-flags.ts";

export const ciCommentCommand = defineCommand({
  brief: "Show a plan as a comment of a pull request, one that is updated in place",
  more: "Also where there is no plan, with the reason. In GitHub Actions it is in the job's summary as well. Needs GITHUB_TOKEN or GH_TOKEN.",
  environment: "none",
  arguments: [pathParameter("FILE", "What plan --json wrote")],
  flags: {
    pr: optionalNumberFlag("NUMBER", "The pull request; default: the workflow's", positiveInteger),
    repo: repoFlag,
  },
  examples: [["esteira plan -e dev --json > plan.json; esteira ci comment plan.json --pr 7"]],
});
