import { defineCommand } from "../definition.ts";
import { textFlag } from "../flags.ts";
import { projectParameter } from "../parameters.ts";
import { proposeVersions } from "../proposals.ts";

export const rollbackCommand = defineCommand({
  brief: "Restore an earlier release of a project",
  more: "Image, task definition, pipeline, schedule and notifications as they were; nothing is built. Deploys leave the project alone from then on, until it is another release than the one that was left.",
  environment: "any",
  arguments: [projectParameter],
  flags: {
    to: {
      ...textFlag(
        "VERSION",
        "A version, or the beginning of a release (6 characters); else the one before",
      ),
      proposeCompletions: proposeVersions,
    },
    reason: textFlag("TEXT", "Why, for those who find the project held"),
  },
  examples: [
    ["esteira rollback recsys -e prd", "to the release before"],
    ["esteira rollback recsys -e prd --to 1.2.0"],
  ],
});
