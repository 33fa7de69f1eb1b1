import { buildCommand, buildRouteMap } from "@stricli/core";

import { lazily } from "../action.ts";
import type { CliContext } from "../../terminal/context.ts";
import { describe } from "../describe.ts";
import { commonFlags, envAlias, type EnvironmentFlags } from "../flags.ts";
import { projectParameter, runParameter } from "../parameters.ts";

export interface NotifyTestFlags extends EnvironmentFlags {
  readonly to?: readonly string[];
}

const test = buildCommand<NotifyTestFlags, [string?], CliContext>({
  loader: lazily(async () => (await import("./notify.ts")).test),
  parameters: {
    flags: {
      ...commonFlags,
      to: {
        kind: "parsed",
        parse: String,
        brief: "Address or webhook that gets it; may be given more than once",
        placeholder: "address",
        optional: true,
        variadic: true,
      },
    },
    aliases: envAlias,
    positional: { kind: "tuple", parameters: [{ ...projectParameter, optional: true }] },
  },
  docs: describe("Send a test message", {
    usage: "[PROJECT] [--to ADDRESS]… [-e ENV] [--json]",
    more: "To all that a deployed project notifies, or to those that --to names; says of each whether it went out. Exit code 1 when somebody wasn't reached.",
    examples: [
      ["esteira notify test recsys", "to all that recsys notifies"],
      ["esteira notify test --to ana@example.com"],
    ],
  }),
});

const retry = buildCommand<EnvironmentFlags, [string?], CliContext>({
  loader: lazily(async () => (await import("./notify.ts")).retry),
  parameters: {
    flags: commonFlags,
    aliases: envAlias,
    positional: { kind: "tuple", parameters: [{ ...runParameter, optional: true }] },
  },
  docs: describe("Tell again who couldn't be told", {
    usage: "[RUN|PROJECT] [-e ENV] [--json]",
    more: "At once, without waiting for the next try; of a run that is named, also whom Esteira had given up. Exit code 1 when somebody wasn't reached.",
    examples: [
      ["esteira notify retry", "all that waits"],
      ["esteira notify retry 4f9a1c", "of one run"],
    ],
  }),
});

export const notify = buildRouteMap<string, CliContext>({
  routes: { test, retry },
  docs: { brief: "Try whether people are reached, and tell again who wasn't" },
});
