import { buildCommand } from "@stricli/core";

import { lazily } from "../action.ts";
import type { CliContext } from "../../terminal/context.ts";
import { describe } from "../describe.ts";
import { commonFlags, envAlias, type EnvironmentFlags } from "../flags.ts";
import { positiveInteger, projectParameter } from "../parameters.ts";
import { yesFlag } from "./routes-deploy.ts";

export const releases = buildCommand<EnvironmentFlags, [string], CliContext>({
  loader: lazily(async () => (await import("./releases.ts")).releases),
  parameters: {
    flags: commonFlags,
    aliases: envAlias,
    positional: { kind: "tuple", parameters: [projectParameter] },
  },
  docs: describe("List what was deployed of a project", {
    usage: "PROJECT [-e ENV] [--json]",
    more: "The releases that are kept, newest first, with who deployed them and from which commit.",
    examples: [["esteira releases recsys -e prd"]],
  }),
});

export interface RollbackFlags extends EnvironmentFlags {
  readonly to?: string;
  readonly reason?: string;
}

export const rollback = buildCommand<RollbackFlags, [string], CliContext>({
  loader: lazily(async () => (await import("./rollback.ts")).rollback),
  parameters: {
    flags: {
      ...commonFlags,
      to: {
        kind: "parsed",
        parse: String,
        brief: "A version, or the beginning of a release (6 characters); else the one before",
        placeholder: "version",
        optional: true,
      },
      reason: {
        kind: "parsed",
        parse: String,
        brief: "Why, for those who find the project held",
        placeholder: "text",
        optional: true,
      },
    },
    aliases: envAlias,
    positional: { kind: "tuple", parameters: [projectParameter] },
  },
  docs: describe("Restore an earlier release of a project", {
    usage: "PROJECT [-e ENV] [--to VERSION] [--reason TEXT] [--json]",
    more: "Image, task definition, pipeline, schedule and notifications as they were; nothing is built. Deploys leave the project alone from then on, until it is another release than the one that was left.",
    examples: [
      ["esteira rollback recsys -e prd", "to the release before"],
      ["esteira rollback recsys -e prd --to 1.2.0"],
    ],
  }),
});

export interface GcFlags extends EnvironmentFlags {
  readonly keep: number;
  readonly yes?: boolean;
}

export const gc = buildCommand<GcFlags, readonly string[], CliContext>({
  loader: lazily(async () => (await import("./gc.ts")).gc),
  parameters: {
    flags: {
      ...commonFlags,
      keep: {
        kind: "parsed",
        parse: positiveInteger,
        brief: "Releases of each project that stay restorable besides the current one",
        placeholder: "number",
        default: "10",
      },
      yes: yesFlag,
    },
    aliases: { ...envAlias, y: "yes" },
    positional: { kind: "array", parameter: projectParameter },
  },
  docs: describe("Remove what no release needs any more", {
    usage: "[PROJECT…] [-e ENV] [--keep NUMBER] [--yes] [--json]",
    more: "Releases beyond those that are kept, and revisions, template versions and images that no kept release, running execution or failure of the last 14 days names. Shows them and asks first.",
    examples: [
      ["esteira gc -e dev", "what could go; asks"],
      ["esteira gc -e dev --keep 3 --yes", "without asking"],
    ],
  }),
});
