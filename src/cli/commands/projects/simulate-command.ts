import { defineCommand, type FlagsOf } from "../definition.ts";
import { booleanFlag, listFlag, pathFlag, textFlag } from "../flags.ts";
import { optional, projectParameter } from "../parameters.ts";
import { proposeProjectsAndFiles, proposeSteps } from "../proposals.ts";

export const simulateCommand = defineCommand({
  brief: "Show what a run would do, in virtual time and without effects",
  more: "Nothing is started and nothing waits: an attempt takes one second of virtual time unless the outcomes say otherwise. Exit code 1 when the simulated run doesn't succeed.",
  environment: "any",
  arguments: [
    optional({
      ...projectParameter,
      brief: "A project, or a file with a state machine",
      placeholder: "PROJECT|FILE.asl.json",
      proposeCompletions: proposeProjectsAndFiles,
    }),
  ],
  flags: {
    input: textFlag("JSON|@FILE", "Input of the run: JSON, or @FILE that holds it"),
    fail: {
      ...listFlag(
        "STEP[=ERROR][xN]",
        "Let a step's first attempt fail, or its first N; may be given more than once",
      ),
      proposeCompletions: proposeSteps,
    },
    outcomes: pathFlag("FILE", "File with what each attempt comes to"),
    batch: booleanFlag("Answer each line of JSON on stdin with one on stdout"),
  },
  examples: [
    ["esteira simulate recsys", "when all goes well"],
    ["esteira simulate recsys --fail score_modelx2", "when score_model fails twice"],
    ["esteira simulate recsys --fail score_model=States.Timeout", "when it takes too long"],
    [`esteira simulate order.asl.json --input '{"total": 7}'`, "any state machine"],
    ["esteira simulate --batch < runs.jsonl", "thousands of them"],
  ],
});

export type SimulateFlags = FlagsOf<typeof simulateCommand>;
