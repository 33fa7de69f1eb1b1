import { buildCommand, buildRouteMap } from "@stricli/core";

import { lazily } from "../action.ts";
import type { CliContext } from "../../terminal/context.ts";
import { describe } from "../describe.ts";
import { commonFlags, envAlias, type EnvironmentFlags } from "../flags.ts";
import { positiveInteger, projectParameter } from "../parameters.ts";
import { yesFlag } from "./routes-deploy.ts";

const show = buildCommand<EnvironmentFlags, [string], CliContext>({
  loader: lazily(async () => (await import("./model-show.ts")).show),
  parameters: {
    flags: commonFlags,
    aliases: envAlias,
    positional: { kind: "tuple", parameters: [projectParameter] },
  },
  docs: describe("Show which version a deploy would take, and why", {
    usage: "PROJECT [-e ENV] [--json]",
    more: "What the environment asks for, what the gate says, the metrics of the run that made it, and the versions that are in a stage or have an alias.",
    examples: [["esteira model show recsys -e prd"]],
  }),
});

const list = buildCommand<EnvironmentFlags, [string], CliContext>({
  loader: lazily(async () => (await import("./model-list.ts")).list),
  parameters: {
    flags: commonFlags,
    aliases: envAlias,
    positional: { kind: "tuple", parameters: [projectParameter] },
  },
  docs: describe("List all versions of a project's model, newest first", {
    usage: "PROJECT [-e ENV] [--json]",
    examples: [["esteira model list recsys -e prd"]],
  }),
});

export interface PromoteFlags extends EnvironmentFlags {
  readonly version: number;
  readonly to: string;
  readonly yes?: boolean;
}

const promote = buildCommand<PromoteFlags, [string], CliContext>({
  loader: lazily(async () => (await import("./model-promote.ts")).promote),
  parameters: {
    flags: {
      ...commonFlags,
      version: {
        kind: "parsed",
        parse: positiveInteger,
        brief: "The version, as model list numbers it",
        placeholder: "number",
      },
      to: {
        kind: "parsed",
        parse: String,
        brief: "Production, Staging, Archived, None, or an alias such as @champion",
        placeholder: "place",
      },
      yes: yesFlag,
    },
    aliases: { ...envAlias, y: "yes" },
    positional: { kind: "tuple", parameters: [projectParameter] },
  },
  docs: describe("Put a version of a project's model in a stage, or give it an alias", {
    usage: "PROJECT --version N --to PLACE [-e ENV] [--yes] [--json]",
    more: "Shows what it replaces and asks first. What was in Production or Staging is archived; an alias leaves the version that had it. Says how to undo it, and is audited.",
    examples: [
      ["esteira model promote recsys --version 3 --to Production -e prd"],
      ["esteira model promote recsys --version 3 --to @champion -e prd --yes", "without asking"],
    ],
  }),
});

const versionParameter = {
  brief: "A version by its number, its stage or its @alias",
  placeholder: "VERSION",
  parse: String,
} as const;

const compare = buildCommand<EnvironmentFlags, [string, string, string], CliContext>({
  loader: lazily(async () => (await import("./model-compare.ts")).compare),
  parameters: {
    flags: commonFlags,
    aliases: envAlias,
    positional: {
      kind: "tuple",
      parameters: [projectParameter, versionParameter, versionParameter],
    },
  },
  docs: describe("Put two versions' metrics and parameters side by side", {
    usage: "PROJECT VERSION VERSION [-e ENV] [--json]",
    examples: [
      ["esteira model compare recsys 3 4 -e prd"],
      ["esteira model compare recsys Production Staging -e prd", "by where they are"],
    ],
  }),
});

export const model = buildRouteMap<string, CliContext>({
  routes: { show, list, promote, compare },
  docs: {
    brief: "See, compare and promote the registered models of projects",
  },
});
