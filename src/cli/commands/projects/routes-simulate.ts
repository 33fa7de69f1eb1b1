import { buildCommand } from "@stricli/core";

import { lazily } from "../action.ts";
import type { CliContext } from "../../terminal/context.ts";
import { describe } from "../describe.ts";
import { commonFlags, envAlias, type EnvironmentFlags } from "../flags.ts";
import { projectParameter } from "../parameters.ts";

export interface SimulateFlags extends EnvironmentFlags {
  readonly input?: string;
  readonly fail?: readonly string[];
  readonly outcomes?: string;
  readonly batch?: boolean;
}

export const simulate = buildCommand<SimulateFlags, [string?], CliContext>({
  loader: lazily(async () => (await import("./simulate.ts")).simulate),
  parameters: {
    flags: {
      ...commonFlags,
      input: {
        kind: "parsed",
        parse: String,
        brief: "Input of the run: JSON, or @FILE that holds it",
        placeholder: "JSON",
        optional: true,
      },
      fail: {
        kind: "parsed",
        parse: String,
        brief: "Let a step's first attempt fail, or its first N; may be given more than once",
        placeholder: "STEP[=ERROR][xN]",
        optional: true,
        variadic: true,
      },
      outcomes: {
        kind: "parsed",
        parse: String,
        brief: "File with what each attempt comes to",
        placeholder: "FILE",
        optional: true,
      },
      batch: {
        kind: "boolean",
        brief: "Answer each line of JSON on stdin with one on stdout",
        optional: true,
        withNegated: false,
      },
    },
    aliases: envAlias,
    positional: {
      kind: "tuple",
      parameters: [
        {
          ...projectParameter,
          brief: "A project, or a file with a state machine",
          placeholder: "PROJECT|FILE.asl.json",
          optional: true,
        },
      ],
    },
  },
  docs: describe("Show what a run would do, in virtual time and without effects", {
    usage:
      "PROJECT|FILE.asl.json [-e ENV] [--input JSON|@FILE] [--fail STEP[=ERROR][xN]]… [--outcomes FILE] [--json] | --batch",
    more: "Nothing is started and nothing waits: an attempt takes one second of virtual time unless the outcomes say otherwise. Exit code 1 when the simulated run doesn't succeed.",
    examples: [
      ["esteira simulate recsys", "when all goes well"],
      ["esteira simulate recsys --fail score_modelx2", "when score_model fails twice"],
      ["esteira simulate recsys --fail score_model=States.Timeout", "when it takes too long"],
      [`esteira simulate order.asl.json --input '{"total": 7}'`, "any state machine"],
      ["esteira simulate --batch < runs.jsonl", "thousands of them"],
    ],
  }),
});
