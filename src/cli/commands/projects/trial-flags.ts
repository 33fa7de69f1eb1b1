import { booleanFlag, listFlag, textFlag } from "../flags.ts";
import { proposeEnvironments, proposeParams, proposeRuns } from "../proposals.ts";

/**
 * What a step gets that is tried from the working copy: `dev` and `shell` take the same.
 *
 * @param from what `--from` means, without its default
 */
export const trialFlags = (from: string) =>
  ({
    from: {
      ...textFlag("RUN", `${from} (default: the project's last one)`),
      proposeCompletions: proposeRuns,
    },
    "from-env": {
      ...textFlag("ENV", "Environment of that run, such as prd; secrets and ENV stay this one's"),
      proposeCompletions: proposeEnvironments,
    },
    deployed: booleanFlag(
      "What that run ran, instead of your working copy: its image, its parameters",
    ),
    param: {
      ...listFlag("NAME=VALUE", "A run parameter"),
      short: "p",
      proposeCompletions: proposeParams,
    },
    item: textFlag("TEXT", "Item of a step with for_each (default: its first)"),
  }) as const;
