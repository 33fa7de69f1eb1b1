import { defineCommand, type FlagsOf } from "../definition.ts";
import { booleanFlag, listFlag, numberFlag, yesFlag } from "../flags.ts";
import { positiveInteger } from "../parameters.ts";
import { repoFlag } from "./branch-flags.ts";

export const ciProtectCommand = defineCommand({
  brief: "Protect the branches that deploy: reviews, checks, no direct push",
  more: "Shows what would change on GitHub, field by field; sets it with --apply. What is stricter already stays. Needs GITHUB_TOKEN or GH_TOKEN of an administrator.",
  environment: "none",
  flags: {
    apply: booleanFlag("Set it; without this it is only shown"),
    yes: yesFlag,
    repo: repoFlag,
    reviews: numberFlag("N", "Approvals that a pull request needs", positiveInteger, 1),
    check: listFlag("JOB", "A job that must have passed; default: Check and Plan"),
  },
  examples: [
    ["esteira ci protect", "what would change?"],
    ["esteira ci protect --apply --reviews 2"],
  ],
});

export type ProtectFlags = FlagsOf<typeof ciProtectCommand>;
