import { buildCommand } from "@stricli/core";

import { lazily } from "../action.ts";
import type { CliContext } from "../../terminal/context.ts";
import { describe } from "../describe.ts";
import { commonFlags, envAlias, type EnvironmentFlags } from "../flags.ts";
import { positiveInteger, projectParameter } from "../parameters.ts";
import { yesFlag } from "../deploys/routes-deploy.ts";

export interface BackfillFlags extends EnvironmentFlags {
  readonly from: string;
  readonly to: string;
  readonly maxActive: number;
  readonly yes?: boolean;
}

export const backfill = buildCommand<BackfillFlags, [string], CliContext>({
  loader: lazily(async () => (await import("./backfill.ts")).backfill),
  parameters: {
    flags: {
      ...commonFlags,
      from: {
        kind: "parsed",
        parse: String,
        brief: "The first day, or time, by the schedule's zone",
        placeholder: "date",
      },
      to: {
        kind: "parsed",
        parse: String,
        brief: "The last one",
        placeholder: "date",
      },
      maxActive: {
        kind: "parsed",
        parse: positiveInteger,
        brief: "Runs at the same time",
        placeholder: "n",
        default: "1",
      },
      yes: yesFlag,
    },
    aliases: { ...envAlias, y: "yes" },
    positional: { kind: "tuple", parameters: [projectParameter] },
  },
  docs: describe("Run a project for the times of its schedule that were missed", {
    usage: "PROJECT --from DATE --to DATE [--max-active N] [-e ENV] [--yes] [--json]",
    more: "One run for each time at which the schedule fires in the range, oldest first, with that scheduled time. Times for which a run has succeeded are left out, so the same command again goes on where it was left. Shows the plan and asks. Exit code 1 when a run failed.",
    examples: [
      ["esteira backfill recsys --from 2026-01-01 --to 2026-01-31"],
      [
        "esteira backfill recsys --from 2026-01-31T03:00 --to 2026-01-31T03:00 -e prd --yes",
        "one time, without asking",
      ],
    ],
  }),
});

export interface WatchFlags extends EnvironmentFlags {
  readonly once?: boolean;
}

export const watch = buildCommand<WatchFlags, [], CliContext>({
  loader: lazily(async () => (await import("./watch.ts")).watch),
  parameters: {
    flags: {
      ...commonFlags,
      once: {
        kind: "boolean",
        brief: "Look once and end, with 1 where something is not as it should be",
        optional: true,
        withNegated: false,
      },
    },
    aliases: envAlias,
  },
  docs: describe("Tell what should have happened and did not", {
    usage: "[-e ENV] [--once] [--json]",
    more: "Schedules that should have fired, runs past their deadline or without progress, starts that AWS gave up: compares the fires of the last 24 hours with the runs. Without --once it looks again and again and tells what is new. Reads only.",
    examples: [
      ["esteira watch -e prd"],
      ["esteira watch -e prd --once", "for a script: exit code 1 where something is wrong"],
    ],
  }),
});

export const doctor = buildCommand<EnvironmentFlags, [string?], CliContext>({
  loader: lazily(async () => (await import("../environments/doctor.ts")).doctor),
  parameters: {
    flags: commonFlags,
    aliases: envAlias,
    positional: { kind: "tuple", parameters: [{ ...projectParameter, optional: true }] },
  },
  docs: describe("Find out why something doesn't work", {
    usage: "[PROJECT] [-e ENV] [--json]",
    more: "Asks what people ask when a build failed, a run failed or a schedule doesn't fire: of the sources, of what is deployed, of the last runs, the model and the scheduler. What is wrong comes with its remedy. Reads only; exit code 1 where something is to mend.",
    examples: [
      ["esteira doctor recsys -e prd"],
      ["esteira doctor -e prd", "all projects: what is worth a look"],
    ],
  }),
});
