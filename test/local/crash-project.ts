import type { JsonObject } from "../../src/core/json.ts";
import { projectName } from "../../src/core/ids.ts";
import { step } from "../../src/pipeline/fixtures/project.ts";
import { poolStates } from "../../src/pipeline/pools.ts";
import type { FingerprintedRelease } from "../../src/release/release.ts";
import { makeRelease, taskOf, taskState } from "./fixture.ts";

/**
 * Reports to the ledger that an attempt ran to its end; `flaky` fails the first time, `slow` takes
 * its time.
 */
const script = (before: string): string =>
  `${before}\necho "end $ESTEIRA_STEP \${ESTEIRA_ITEM:-}" >> "$LEDGER/$ESTEIRA_RUN_ID"\necho "$ESTEIRA_STEP is done"\n`;

/** The states around a step with pools, as a pipeline is compiled. */
function places(run: { readonly Next: string }): JsonObject {
  const project = { name: projectName("probe") };
  const around = { run: run.Next, first: undefined, where: { End: true } };
  return poolStates(project, step(run.Next), { warehouse: 1000 }, around);
}

/** Retry, Parallel, Map, Wait and a pool in one machine. */
const definition: JsonObject = {
  QueryLanguage: "JSONata",
  StartAt: "prepare",
  States: {
    prepare: taskState("prepare", { Next: "both" }),
    both: {
      Type: "Parallel",
      Branches: [
        {
          StartAt: "flaky",
          States: {
            flaky: taskState("flaky", {
              Retry: [{ ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 1, MaxAttempts: 2 }],
              End: true,
            }),
          },
        },
        {
          StartAt: "pause",
          States: {
            pause: {
              Type: "Wait",
              Seconds: 1,
              Assign: { run_id: "{% $states.context.Execution.Name %}" },
              Next: "Take places for slow",
            },
            ...places({ Next: "slow" }),
            slow: taskState("slow", { Next: "Give back places of slow" }),
          },
        },
      ],
      Output: "{% $states.input %}",
      Next: "each",
    },
    each: {
      Type: "Map",
      Items: [0, 1, 2],
      MaxConcurrency: 2,
      ItemProcessor: {
        ProcessorConfig: { Mode: "INLINE" },
        StartAt: "item",
        States: {
          item: taskState("item", {
            environment: { ESTEIRA_ITEM: "{% $string($states.context.Map.Item.Value) %}" },
            End: true,
          }),
        },
      },
      Output: { done: true },
      End: true,
    },
  },
};

/** Lines of the ledger after one run, whatever happened to its driver. */
export const wholeLedger = [
  "end flaky ",
  "end item 0",
  "end item 1",
  "end item 2",
  "end prepare ",
  "end slow ",
];

/** @param ledger folder with one file a run */
export function crashRelease(root: string, ledger: string): Promise<FingerprintedRelease> {
  return makeRelease(root, {
    steps: {
      prepare: script(""),
      // The ledger's folder says which try it is, so that a try that a crash repeated would
      // show.
      flaky: `if [ ! -e "$LEDGER/$ESTEIRA_RUN_ID.failed" ]; then touch "$LEDGER/$ESTEIRA_RUN_ID.failed"; exit 9; fi\n${script("")}`,
      slow: script("sleep 0.3"),
      item: script("sleep 0.1"),
    },
    definition,
    changes: taskOf({ environment: { LEDGER: ledger } }),
  });
}
