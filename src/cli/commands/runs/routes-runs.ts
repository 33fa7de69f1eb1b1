import { buildCommand } from "@stricli/core";

import { lazily } from "../action.ts";
import type { CliContext } from "../../terminal/context.ts";
import { describe } from "../describe.ts";
import { commonFlags, envAlias, type EnvironmentFlags } from "../flags.ts";
import { positiveInteger, projectParameter, runParameter } from "../parameters.ts";

export interface RunFlags extends EnvironmentFlags {
  readonly param?: readonly string[];
  readonly from?: string;
  readonly only?: readonly string[];
  readonly detach?: boolean;
}

const detachFlag = {
  kind: "boolean",
  brief: "Start it and return at once",
  optional: true,
  withNegated: false,
} as const;

export const run = buildCommand<RunFlags, [string], CliContext>({
  loader: lazily(async () => (await import("./run.ts")).run),
  parameters: {
    flags: {
      ...commonFlags,
      param: {
        kind: "parsed",
        parse: String,
        brief: "A run parameter",
        placeholder: "name=value",
        optional: true,
        variadic: true,
      },
      from: {
        kind: "parsed",
        parse: String,
        brief: "Begin with this step: what it doesn't come after is skipped",
        placeholder: "step",
        optional: true,
      },
      only: {
        kind: "parsed",
        parse: String,
        brief: "Run this step only; may be given more than once",
        placeholder: "step",
        optional: true,
        variadic: true,
      },
      detach: detachFlag,
    },
    aliases: { ...envAlias, p: "param", d: "detach" },
    positional: { kind: "tuple", parameters: [projectParameter] },
  },
  docs: describe("Run a deployed project and follow it", {
    usage:
      "PROJECT [-e ENV] [--param name=value]… [--from STEP | --only STEP…] [--detach] [--json]",
    more: "Shows the output of its steps live and ends with their table. Ctrl-C stops the run; a second one leaves at once. Exit code 1 when the run failed.",
    examples: [
      ["esteira run recsys"],
      ["esteira run recsys --param country=BR", "with a parameter"],
      ["esteira run recsys --from score_model", "begin in the middle"],
      ["esteira run recsys --detach", "don't wait for it"],
    ],
  }),
});

export interface RunsFlags extends EnvironmentFlags {
  readonly limit: number;
  readonly status?: StatusName;
}

const statusNames = ["running", "succeeded", "failed", "timed_out", "aborted"] as const;
export type StatusName = (typeof statusNames)[number];

export const runs = buildCommand<RunsFlags, [string?], CliContext>({
  loader: lazily(async () => (await import("./runs.ts")).runs),
  parameters: {
    flags: {
      ...commonFlags,
      limit: {
        kind: "parsed",
        parse: positiveInteger,
        brief: "How many",
        placeholder: "n",
        default: "20",
      },
      status: {
        kind: "enum",
        values: statusNames,
        brief: "Only runs in this state",
        placeholder: "state",
        optional: true,
      },
    },
    aliases: { ...envAlias, n: "limit" },
    positional: { kind: "tuple", parameters: [{ ...projectParameter, optional: true }] },
  },
  docs: describe("List runs, newest first", {
    usage: "[PROJECT] [-e ENV] [--status STATE] [--limit N] [--json]",
    examples: [
      ["esteira runs"],
      ["esteira runs recsys --status failed -n 5", "the last five that failed"],
    ],
  }),
});

export const status = buildCommand<EnvironmentFlags, [string?], CliContext>({
  loader: lazily(async () => (await import("./status.ts")).status),
  parameters: {
    flags: commonFlags,
    aliases: envAlias,
    positional: { kind: "tuple", parameters: [{ ...runParameter, optional: true }] },
  },
  docs: describe("Show how the projects stand, or one run step by step", {
    usage: "[RUN|PROJECT] [-e ENV] [--json]",
    more: "Without an argument: each project's deployed release, last run and next run. With one: its steps, what went wrong and what to do.",
    examples: [
      ["esteira status"],
      ["esteira status recsys", "the latest run of a project"],
      ["esteira status 4f9a1c", "a run by the end of its id"],
    ],
  }),
});

export interface LogsFlags extends EnvironmentFlags {
  readonly follow?: boolean;
  readonly step?: string;
}

export const logs = buildCommand<LogsFlags, [string], CliContext>({
  loader: lazily(async () => (await import("./logs.ts")).logs),
  parameters: {
    flags: {
      ...commonFlags,
      follow: {
        kind: "boolean",
        brief: "Go on until the run ends",
        optional: true,
        withNegated: false,
      },
      step: {
        kind: "parsed",
        parse: String,
        brief: "Only this step",
        placeholder: "step",
        optional: true,
      },
    },
    aliases: { ...envAlias, f: "follow" },
    positional: { kind: "tuple", parameters: [runParameter] },
  },
  docs: describe("Print what the steps of a run wrote", {
    usage: "RUN|PROJECT [-e ENV] [--follow] [--step STEP] [--json]",
    examples: [
      ["esteira logs recsys", "the latest run of a project"],
      ["esteira logs recsys --follow"],
      ["esteira logs 4f9a1c --step score_model"],
    ],
  }),
});

export const stop = buildCommand<EnvironmentFlags, [string], CliContext>({
  loader: lazily(async () => (await import("./stop.ts")).stop),
  parameters: {
    flags: commonFlags,
    aliases: envAlias,
    positional: { kind: "tuple", parameters: [runParameter] },
  },
  docs: describe("Stop a run: its steps end and it becomes aborted", {
    usage: "RUN|PROJECT [-e ENV] [--json]",
    examples: [["esteira stop recsys"], ["esteira stop recsys-20260131T030000Z-4f9a1c"]],
  }),
});

export interface ResumeFlags extends EnvironmentFlags {
  readonly detach?: boolean;
  readonly release?: (typeof resumedReleases)[number];
}

const resumedReleases = ["latest", "same"] as const;

export const resume = buildCommand<ResumeFlags, [string], CliContext>({
  loader: lazily(async () => (await import("./resume.ts")).resume),
  parameters: {
    flags: {
      ...commonFlags,
      release: {
        kind: "enum",
        values: resumedReleases,
        brief: "What is deployed now, or what the run was started from",
        placeholder: "release",
        optional: true,
      },
      detach: detachFlag,
    },
    aliases: { ...envAlias, d: "detach" },
    positional: { kind: "tuple", parameters: [runParameter] },
  },
  docs: describe("Go on with a run after its last finished step", {
    usage: "RUN|PROJECT [-e ENV] [--release latest|same] [--detach] [--json]",
    more: "For a run that failed, was stopped, or whose process is gone. Steps that succeeded are not run again. Without --release it goes on with what is deployed now, where that has all the steps that the run had, and else with what it was started from.",
    examples: [
      ["esteira resume recsys", "the latest run of a project"],
      ["esteira resume recsys --release same", "as it was, whatever was deployed since"],
    ],
  }),
});

export const drive = buildCommand<EnvironmentFlags, [string], CliContext>({
  loader: lazily(async () => (await import("./drive.ts")).drive),
  parameters: {
    flags: commonFlags,
    aliases: envAlias,
    positional: { kind: "tuple", parameters: [runParameter] },
  },
  docs: describe("Drive a run of this machine until it ends", {
    usage: "RUN",
    more: "What a detached run's own process does; nothing that a person needs to type.",
    examples: [["esteira drive recsys-20260131T030000Z-4f9a1c"]],
  }),
});
