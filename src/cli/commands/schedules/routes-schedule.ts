import { buildCommand, buildRouteMap } from "@stricli/core";

import { lazily } from "../action.ts";
import type { CliContext } from "../../terminal/context.ts";
import { describe } from "../describe.ts";
import { commonFlags, envAlias, type EnvironmentFlags } from "../flags.ts";
import { positiveInteger, projectParameter, wholeNumber } from "../parameters.ts";

const load = () => import("./schedule.ts");

const list = buildCommand<EnvironmentFlags, [], CliContext>({
  loader: lazily(async () => (await load()).list),
  parameters: { flags: commonFlags, aliases: envAlias },
  docs: describe("List the schedules of what is deployed", {
    usage: "[-e ENV] [--json]",
    more: "In words, with the next fire in the schedule's zone, and who or what has disabled those that don't fire.",
    examples: [["esteira schedule list -e prd"]],
  }),
});

const show = buildCommand<EnvironmentFlags, [string], CliContext>({
  loader: lazily(async () => (await load()).show),
  parameters: {
    flags: commonFlags,
    aliases: envAlias,
    positional: { kind: "tuple", parameters: [projectParameter] },
  },
  docs: describe("Show a project's schedule and its next fires", {
    usage: "PROJECT [-e ENV] [--json]",
    examples: [["esteira schedule show recsys -e prd"]],
  }),
});

const next = buildCommand<EnvironmentFlags, [string, number?], CliContext>({
  loader: lazily(async () => (await load()).next),
  parameters: {
    flags: commonFlags,
    aliases: envAlias,
    positional: {
      kind: "tuple",
      parameters: [
        projectParameter,
        {
          brief: "How many fires; else 5",
          placeholder: "NUMBER",
          parse: positiveInteger,
          optional: true,
        },
      ],
    },
  },
  docs: describe("List when a project's schedule fires next", {
    usage: "PROJECT [NUMBER] [-e ENV] [--json]",
    more: "By EventBridge's rules for daylight saving: a local time that is skipped has no fire, one that comes twice has one.",
    examples: [["esteira schedule next recsys 10 -e prd"]],
  }),
});

export interface ScheduleChangeFlags extends EnvironmentFlags {
  readonly reason?: string;
}

const reason = {
  kind: "parsed",
  parse: String,
  brief: "Why, for those who find it so",
  placeholder: "text",
  optional: true,
} as const;

const disable = buildCommand<ScheduleChangeFlags, [string], CliContext>({
  loader: lazily(async () => (await load()).disable),
  parameters: {
    flags: { ...commonFlags, reason },
    aliases: envAlias,
    positional: { kind: "tuple", parameters: [projectParameter] },
  },
  docs: describe("Disable a project's schedule until it is enabled by hand", {
    usage: "PROJECT [-e ENV] [--reason TEXT] [--json]",
    more: "Deploys keep it disabled, and plans say who disabled it. What runs goes on.",
    examples: [['esteira schedule disable recsys -e prd --reason "the source is down"']],
  }),
});

const enable = buildCommand<ScheduleChangeFlags, [string], CliContext>({
  loader: lazily(async () => (await load()).enable),
  parameters: {
    flags: { ...commonFlags, reason },
    aliases: envAlias,
    positional: { kind: "tuple", parameters: [projectParameter] },
  },
  docs: describe("Give a disabled schedule back to what is deployed", {
    usage: "PROJECT [-e ENV] [--reason TEXT] [--json]",
    more: "Lifts what `schedule disable` did. A schedule that its config or its environment disables stays so.",
    examples: [["esteira schedule enable recsys -e prd"]],
  }),
});

export const schedule = buildRouteMap<string, CliContext>({
  routes: { list, show, next, disable, enable },
  docs: {
    brief: "See, disable and enable the schedules of what is deployed",
  },
});

export interface UpFlags extends EnvironmentFlags {
  readonly drain: number;
}

export const up = buildCommand<UpFlags, [], CliContext>({
  loader: lazily(async () => (await import("./up.ts")).up),
  parameters: {
    flags: {
      ...commonFlags,
      drain: {
        kind: "parsed",
        parse: wholeNumber,
        brief: "How long running runs are waited for at the end, before they are handed over",
        placeholder: "seconds",
        default: "0",
      },
    },
    aliases: envAlias,
  },
  docs: describe("Run the schedules of an environment on this machine", {
    usage: "[-e ENV] [--drain SECONDS] [--json]",
    more: "Until Ctrl-C or SIGTERM. Takes up runs whose process is gone, sees new deploys by itself, and hands running steps over to the next one. One process an environment; made for systemd and containers.",
    examples: [
      ["esteira up"],
      ["esteira up --drain 600", "give running runs ten minutes when it is told to end"],
    ],
  }),
});
