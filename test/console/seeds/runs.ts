import type { ConsoleDocument } from "../../../src/app/documents/console.ts";
import { minute, now } from "./projects.ts";

export type RunDocument = ConsoleDocument<"run">;
export type SeedStep = RunDocument["steps"][number];
export type SeedTry = SeedStep["attempts"][number];

const second = 1_000;

/** When the drawn run fired: 03:00 in São Paulo. */
export const fired = now - 5 * 60 * minute - 12 * minute;

/** States of a run that a real workspace isn't easily brought into, by the name in its id. */
export type SeedRunKind =
  | "failed"
  | "good"
  | "live"
  | "skipped"
  | "resumed"
  | "items"
  | "many"
  | "quiet"
  | "gone"
  | "idle"
  | "waiting";

const kinds: readonly SeedRunKind[] = [
  "live",
  "skipped",
  "resumed",
  "items",
  "many",
  "quiet",
  "gone",
  "idle",
  "waiting",
  "good",
];

/** What a run's id says of it, such as `recsys-live`. */
export const kindOf = (run: string): SeedRunKind =>
  kinds.find((kind) => run.endsWith(`-${kind}`)) ?? "failed";

/** How many items the step of a run has. */
export const itemsOf = (kind: SeedRunKind): number =>
  kind === "many" ? 10_000 : kind === "items" ? 500 : 12;

/** A try that waits, starts and runs for so many seconds, from so many after the run's start. */
export function tryOf(
  from: number,
  [waits, starts, runs]: readonly [number, number, number],
  more: Partial<SeedTry> = {},
): SeedTry {
  const scheduledAt = fired + from * second;
  const placedAt = scheduledAt + Math.round(waits * second);
  const startedAt = placedAt + Math.round(starts * second);
  return {
    task: from + 2,
    number: 1,
    item: null,
    status: "succeeded",
    scheduledAt,
    placedAt,
    startedAt,
    endedAt: startedAt + Math.round(runs * second),
    exitCode: 0,
    error: null,
    cause: null,
    log: null,
    peakMemoryBytes: null,
    memoryLimitBytes: 16e9,
    timeLimitSeconds: 3_600,
    endedBy: null,
    ...more,
  };
}

function stepOf(id: string, attempts: readonly SeedTry[], more: Partial<SeedStep> = {}): SeedStep {
  return {
    id,
    name: id,
    dependsOn: [],
    status: attempts.at(-1)?.status === "failed" ? "failed" : "succeeded",
    startedAt: attempts[0]?.scheduledAt ?? null,
    endedAt: attempts.at(-1)?.endedAt ?? null,
    retryAt: null,
    timeoutSeconds: 3_600,
    memoryBytes: 16e9,
    attempts: [...attempts],
    items: null,
    ...more,
  };
}

const before = [
  stepOf("extract_bookings", [tryOf(0, [25, 168, 348])]),
  stepOf("extract_catalog", [tryOf(0, [25, 179, 161])]),
  stepOf("build_features", [tryOf(545, [0, 25, 602])]),
  stepOf("train_model", [
    tryOf(1_172, [0, 25, 251], { status: "failed", exitCode: null, error: "ECS.InstanceLost" }),
    tryOf(1_618, [0, 61, 594], { number: 2 }),
  ]),
  stepOf("evaluate", [tryOf(2_280, [0, 19, 126])]),
];

const scoring = (status: SeedStep["status"], counts: NonNullable<SeedStep["items"]>): SeedStep =>
  stepOf("score_segment", [], {
    status,
    startedAt: fired + 2_280 * second,
    endedAt: status === "running" ? null : fired + 2_625 * second,
    items: counts,
  });

const notReached = stepOf("publish_scores", [], {
  status: "pending",
  startedAt: null,
  endedAt: null,
});

/** The steps of a run of each kind. */
export function stepsOf(kind: SeedRunKind): SeedStep[] {
  const total = itemsOf(kind);
  switch (kind) {
    case "failed":
    case "gone":
      return [
        ...before,
        scoring("failed", { total, succeeded: 10, failed: 2, running: 0 }),
        notReached,
      ];
    case "items":
    case "many":
      return [
        ...before,
        scoring("failed", { total, succeeded: total - 3, failed: 3, running: 0 }),
        notReached,
      ];
    case "good":
      return [
        ...before.map((step) =>
          step.id === "train_model" ? stepOf(step.id, [tryOf(1_172, [0, 20, 612])]) : step,
        ),
        scoring("succeeded", { total: 12, succeeded: 12, failed: 0, running: 0 }),
        stepOf("publish_scores", [tryOf(2_640, [0, 20, 60])]),
      ];
    case "live":
      return [
        ...before,
        scoring("running", { total, succeeded: 7, failed: 0, running: 5 }),
        notReached,
      ];
    case "skipped":
      return [...before, scoring("skipped", { total: 0, succeeded: 0, failed: 0, running: 0 })].map(
        ({ id }) => stepOf(id, [], { status: "skipped", startedAt: null, endedAt: null }),
      );
    case "resumed":
      return [
        ...before.map(({ id }) =>
          stepOf(id, [], { status: "skipped", startedAt: null, endedAt: null }),
        ),
        stepOf("publish_scores", [tryOf(20, [4, 30, 60])]),
      ];
    case "quiet":
      return [stepOf("main", [tryOf(4, [2, 20, 45])])];
    case "idle":
      return [
        stepOf("extract", [tryOf(0, [5, 20, 400])]),
        stepOf("train", [tryOf(430, [16_000, 90, 900])]),
        stepOf("publish", [tryOf(17_430, [0, 20, 80])]),
      ];
    case "waiting":
      return [
        stepOf("extract", [tryOf(0, [5, 20, 400])]),
        stepOf(
          "train",
          [
            tryOf(430, [0, 0, 0], {
              status: "scheduled",
              placedAt: null,
              startedAt: null,
              endedAt: null,
              exitCode: null,
            }),
          ],
          { status: "running", endedAt: null },
        ),
      ];
  }
}
