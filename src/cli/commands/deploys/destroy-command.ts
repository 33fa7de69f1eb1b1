import { defineCommand, type FlagsOf } from "../definition.ts";
import { booleanFlag, textFlag, yesFlag } from "../flags.ts";
import { projectParameter } from "../parameters.ts";

export const destroyCommand = defineCommand({
  brief: "Remove what deploys made for projects",
  more: "Shows what goes and asks first. Without names: every deployed project. The history of runs and their artifacts stay, on AWS also logs, images and the bucket, unless flags name them.",
  environment: "any",
  arguments: { each: projectParameter },
  flags: {
    logs: booleanFlag("AWS: their logs too"),
    images: booleanFlag("AWS: their images in the registry too"),
    bucket: textFlag(
      "NAME",
      "AWS: after everything else the environment's bucket of this name, with artifacts, releases, ledger and audit trail",
    ),
    yes: yesFlag,
  },
  examples: [
    ["esteira destroy recsys"],
    ["esteira destroy --yes", "all of them, without asking"],
    [
      "esteira destroy recsys -e dev --logs --images",
      "all that is left of it on AWS, but for artifacts",
    ],
  ],
});

export type DestroyFlags = FlagsOf<typeof destroyCommand>;
