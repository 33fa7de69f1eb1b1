import { defineCommand, type FlagsOf } from "../definition.ts";
import { booleanFlag, requiredNumberFlag, requiredTextFlag, yesFlag } from "../flags.ts";
import { positiveInteger, projectParameter } from "../parameters.ts";
import { proposeModelVersions } from "../proposals.ts";

export const modelPromoteCommand = defineCommand({
  brief: "Put a version of a project's model in a stage, or give it an alias",
  more: "Shows what it replaces and asks first. What was in Production or Staging is archived; an alias leaves the version that had it, and changes no stage. Says how to undo it, and is audited.",
  environment: "any",
  arguments: [projectParameter],
  flags: {
    version: {
      ...requiredNumberFlag("N", "The version, as model list numbers it", positiveInteger),
      proposeCompletions: proposeModelVersions,
    },
    to: requiredTextFlag(
      "PLACE",
      "Production, Staging, Archived, None, or an alias such as @champion",
    ),
    beside: booleanFlag("Leave what is in that stage where it is, instead of archiving it"),
    yes: yesFlag,
  },
  examples: [
    ["esteira model promote recsys --version 3 --to Production -e prd"],
    ["esteira model promote recsys --version 3 --to @champion -e prd --yes", "without asking"],
  ],
});

export type PromoteFlags = FlagsOf<typeof modelPromoteCommand>;
