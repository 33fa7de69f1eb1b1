import { textFlag } from "../flags.ts";

/** What to compare with. */
export const baseFlag = textFlag(
  "BRANCH",
  "Branch or commit to compare with; default: what the pull request goes into or the push found, else the first branch",
);

/** The repository on GitHub. */
export const repoFlag = textFlag(
  "OWNER/NAME",
  "The repository on GitHub; default: the workflow's, else that of this clone",
);
