import { buildCommand, buildRouteMap } from "@stricli/core";

import { lazily } from "../action.ts";
import type { CliContext } from "../../terminal/context.ts";
import { describe } from "../describe.ts";
import { jsonFlag, type CommonFlags } from "../flags.ts";
import { positiveInteger } from "../parameters.ts";
import { yesFlag } from "../deploys/routes-deploy.ts";

export interface CheckBranchFlags extends CommonFlags {
  readonly head?: string;
  readonly base?: string;
}

export interface ChangedFlags extends CommonFlags {
  readonly base?: string;
}

export interface CiEnvironmentFlags extends CommonFlags {
  readonly branch?: string;
  readonly ifAny?: boolean;
}

export interface CommentFlags extends CommonFlags {
  readonly pr?: number;
  readonly repo?: string;
}

export interface ProtectFlags extends CommonFlags {
  readonly apply?: boolean;
  readonly yes?: boolean;
  readonly repo?: string;
  readonly reviews: number;
  readonly check?: readonly string[];
}

const branchFlag = (brief: string) =>
  ({ kind: "parsed", parse: String, brief, placeholder: "branch", optional: true }) as const;

const checkBranch = buildCommand<CheckBranchFlags, [], CliContext>({
  loader: lazily(async () => (await import("./ci-check-branch.ts")).checkBranchCommand),
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

const changedFlags = {
  ...jsonFlag,
  base: branchFlag(
    "Branch or commit to compare with; default: what the pull request goes into or the push found, else the first branch",
  ),
} as const;

const changed = buildCommand<ChangedFlags, [], CliContext>({
  loader: lazily(async () => (await import("./ci-changed.ts")).changed),
  parameters: { flags: changedFlags },
  docs: describe("List the projects that are changed here", {
    usage: "[--base BRANCH] [--json]",
    more: "One a line: those with a file that differs since the base was left, committed or not.",
    examples: [
      ["esteira ci changed", "what has this feature changed?"],
      ["esteira ci changed --base master", "what isn't in production yet?"],
    ],
  }),
});

const test = buildCommand<ChangedFlags, [], CliContext>({
  loader: lazily(async () => (await import("./ci-test.ts")).ciTest),
  parameters: { flags: changedFlags },
  docs: describe("Run the tests of the projects that are changed here", {
    usage: "[--base BRANCH] [--json]",
    more: "One project after the other, all of them, where their steps run on this machine.",
    examples: [["esteira ci test"]],
  }),
});

const environment = buildCommand<CiEnvironmentFlags, [], CliContext>({
  loader: lazily(async () => (await import("./ci-environment.ts")).ciEnvironment),
  parameters: {
    flags: {
      ...jsonFlag,
      branch: branchFlag(
        "Branch; default: the pull request's base, else the workflow's, else the current one",
      ),
      ifAny: {
        kind: "boolean",
        brief: "A branch that deploys nowhere is no error",
        optional: true,
        withNegated: false,
      },
    },
  },
  docs: describe("Say which environment a branch deploys to, and by which roles", {
    usage: "[--branch BRANCH] [--if-any] [--json]",
    more: "Lines of name=value; in GitHub Actions they are the step's outputs as well.",
    examples: [["esteira ci environment --branch master"]],
  }),
});

const repoFlag = {
  kind: "parsed",
  parse: String,
  brief: "The repository on GitHub; default: the workflow's, else that of this clone",
  placeholder: "owner/name",
  optional: true,
} as const;

const comment = buildCommand<CommentFlags, [string], CliContext>({
  loader: lazily(async () => (await import("./ci-comment.ts")).comment),
  parameters: {
    flags: {
      ...jsonFlag,
      pr: {
        kind: "parsed",
        parse: positiveInteger,
        brief: "The pull request; default: the workflow's",
        placeholder: "number",
        optional: true,
      },
      repo: repoFlag,
    },
    positional: {
      kind: "tuple",
      parameters: [{ brief: "What plan --json wrote", placeholder: "FILE", parse: String }],
    },
  },
  docs: describe("Show a plan as a comment of a pull request, one that is updated in place", {
    usage: "FILE [--pr NUMBER] [--repo OWNER/NAME] [--json]",
    more: "Also where there is no plan, with the reason. In GitHub Actions it is in the job's summary as well. Needs GITHUB_TOKEN or GH_TOKEN.",
    examples: [["esteira plan -e dev --json > plan.json; esteira ci comment plan.json --pr 7"]],
  }),
});

const protect = buildCommand<ProtectFlags, [], CliContext>({
  loader: lazily(async () => (await import("./ci-protect.ts")).protect),
  parameters: {
    flags: {
      ...jsonFlag,
      apply: {
        kind: "boolean",
        brief: "Set it; without this it is only shown",
        optional: true,
        withNegated: false,
      },
      yes: yesFlag,
      repo: repoFlag,
      reviews: {
        kind: "parsed",
        parse: positiveInteger,
        brief: "Approvals that a pull request needs",
        placeholder: "number",
        default: "1",
      },
      check: {
        kind: "parsed",
        parse: String,
        brief: "A job that must have passed; default: Check and Plan",
        placeholder: "job",
        optional: true,
        variadic: true,
      },
    },
    aliases: { y: "yes" },
  },
  docs: describe("Protect the branches that deploy: reviews, checks, no direct push", {
    usage: "[--apply] [--yes] [--repo OWNER/NAME] [--reviews N] [--check JOB]… [--json]",
    more: "Shows what would change on GitHub, field by field; sets it with --apply. What is stricter already stays. Needs GITHUB_TOKEN or GH_TOKEN of an administrator.",
    examples: [
      ["esteira ci protect", "what would change?"],
      ["esteira ci protect --apply --reviews 2"],
    ],
  }),
});

export const ci = buildRouteMap<string, CliContext>({
  routes: { "check-branch": checkBranch, changed, test, environment, comment, protect },
  docs: { brief: "What pull requests and CI ask" },
});
