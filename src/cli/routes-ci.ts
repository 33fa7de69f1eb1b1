import { buildCommand, buildRouteMap } from "@stricli/core";

import { lazily } from "./action.ts";
import type { CliContext } from "./context.ts";
import { describe } from "./describe.ts";
import { jsonFlag, type CommonFlags } from "./flags.ts";

export interface CheckBranchFlags extends CommonFlags {
  readonly head?: string;
  readonly base?: string;
}

export interface ChangedFlags extends CommonFlags {
  readonly base?: string;
}

const branchFlag = (brief: string) =>
  ({ kind: "parsed", parse: String, brief, placeholder: "branch", optional: true }) as const;

const checkBranch = buildCommand<CheckBranchFlags, [], CliContext>({
  loader: lazily(async () => (await import("./commands/ci-check-branch.ts")).checkBranchCommand),
  parameters: {
    flags: {
      ...jsonFlag,
      head: branchFlag("Branch to be merged; default: the pull request's, else the current one"),
      base: branchFlag("Branch that it goes into; default: the pull request's, else the next one"),
    },
  },
  docs: describe("Check that a branch may go where it goes", {
    usage: "[--head BRANCH] [--base BRANCH] [--json]",
    more: "Names, ways and versions by the rules of esteira.yaml, asked of the Git history. In GitHub Actions it asks about the pull request.",
    examples: [
      ["esteira ci check-branch", "may the current branch go where it goes next?"],
      ["esteira ci check-branch --head dev --base master", "may dev be released?"],
    ],
  }),
});

const changed = buildCommand<ChangedFlags, [], CliContext>({
  loader: lazily(async () => (await import("./commands/ci-changed.ts")).changed),
  parameters: {
    flags: {
      ...jsonFlag,
      base: branchFlag(
        "Branch or commit to compare with; default: what the pull request goes into or the push found, else the first branch",
      ),
    },
  },
  docs: describe("List the projects that are changed here", {
    usage: "[--base BRANCH] [--json]",
    more: "One a line: those with a file that differs since the base was left, committed or not.",
    examples: [
      ["esteira ci changed", "what has this feature changed?"],
      ["esteira ci changed --base master", "what isn't in production yet?"],
    ],
  }),
});

export const ci = buildRouteMap<string, CliContext>({
  routes: { "check-branch": checkBranch, changed },
  docs: { brief: "What pull requests and CI ask" },
});
