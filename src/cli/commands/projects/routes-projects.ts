import { buildCommand } from "@stricli/core";

import { lazily } from "../action.ts";
import type { CliContext } from "../../terminal/context.ts";
import { describe } from "../describe.ts";
import {
  commonFlags,
  envAlias,
  jsonFlag,
  type CommonFlags,
  type EnvironmentFlags,
} from "../flags.ts";
import { projectParameter } from "../parameters.ts";

export interface InitFlags extends CommonFlags {
  readonly github?: boolean;
}

export const init = buildCommand<InitFlags, [], CliContext>({
  loader: lazily(async () => (await import("./init.ts")).init),
  parameters: {
    flags: {
      ...jsonFlag,
      github: {
        kind: "boolean",
        brief: "Write the workflows of GitHub Actions and build_apps.sh (default)",
        optional: true,
      },
    },
    positional: { kind: "tuple", parameters: [] },
  },
  docs: describe("Make this folder a workspace: esteira.yaml, CI and .gitignore", {
    usage: "[--no-github] [--json]",
    more: "Files that are there already are left as they are; .gitignore gets the lines that it lacks. Typed again, it adds what is missing: the workflows, for instance.",
    examples: [
      ["esteira init", "then: esteira new my-project"],
      ["esteira init --no-github", "without workflows"],
    ],
  }),
});

export const create = buildCommand<CommonFlags, [string], CliContext>({
  loader: lazily(async () => (await import("./new.ts")).create),
  parameters: {
    flags: jsonFlag,
    positional: {
      kind: "tuple",
      parameters: [{ brief: "Name of the project", placeholder: "PROJECT", parse: String }],
    },
  },
  docs: describe("Write a project that runs at once", {
    usage: "PROJECT [--json]",
    more: "Two steps in Python's standard library, a test, a Dockerfile, and a config.yaml that says what each field is. Nothing is asked, nothing is overwritten.",
    examples: [["esteira new recsys", "then: esteira deploy recsys && esteira run recsys"]],
  }),
});

export const validate = buildCommand<EnvironmentFlags, readonly string[], CliContext>({
  loader: lazily(async () => (await import("./validate.ts")).validate),
  parameters: {
    flags: commonFlags,
    aliases: envAlias,
    positional: { kind: "array", parameter: projectParameter },
  },
  docs: describe("Check esteira.yaml and every config.yaml, for every environment", {
    usage: "[PROJECT…] [-e ENV] [--json]",
    more: "All problems at once, each with its place and what to do. In GitHub Actions they are annotations as well.",
    examples: [
      ["esteira validate", "the whole workspace"],
      ["esteira validate recsys", "one project"],
      ["esteira validate -e prd", "for one environment only"],
      ["esteira validate --json", "problems as data"],
    ],
  }),
});

export const test = buildCommand<EnvironmentFlags, [string], CliContext>({
  loader: lazily(async () => (await import("./test.ts")).test),
  parameters: {
    flags: commonFlags,
    aliases: envAlias,
    positional: { kind: "tuple", parameters: [projectParameter] },
  },
  docs: describe("Run a project's test.command where its steps run", {
    usage: "PROJECT [-e ENV] [--json]",
    examples: [["esteira test recsys"]],
  }),
});

type SchemaName = "config" | "workspace";

export const schema = buildCommand<CommonFlags, [SchemaName?], CliContext>({
  loader: lazily(async () => (await import("./schema.ts")).schema),
  parameters: {
    flags: jsonFlag,
    positional: {
      kind: "tuple",
      parameters: [
        {
          brief: "config (config.yaml) or workspace (esteira.yaml)",
          placeholder: "WHICH",
          optional: true,
          parse: (input: string): SchemaName => {
            if (input === "config" || input === "workspace") return input;
            throw new Error("it is config or workspace");
          },
          proposeCompletions: () => ["config", "workspace"],
        },
      ],
    },
  },
  docs: describe("Print the JSON Schema of a file", {
    usage: "[config|workspace]",
    examples: [["esteira schema config > config.schema.json"]],
  }),
});
