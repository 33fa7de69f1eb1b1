import { defineCommand } from "../definition.ts";
import { numberFlag, yesFlag } from "../flags.ts";
import { positiveInteger, projectParameter } from "../parameters.ts";

export const gcCommand = defineCommand({
  brief: "Remove what nothing needs any more",
  more: "Releases beyond those that are kept, and revisions, template versions and images that no kept release, running execution or failure of the last 14 days names; artifacts that are older than keep_artifacts_days of esteira.yaml. Shows them and asks first.",
  environment: "any",
  arguments: { each: projectParameter },
  flags: {
    keep: numberFlag(
      "N",
      "Releases of each project that stay restorable besides the current one",
      positiveInteger,
      10,
    ),
    yes: yesFlag,
  },
  examples: [
    ["esteira gc -e dev", "what could go; asks"],
    ["esteira gc -e dev --keep 3 --yes", "without asking"],
  ],
});
