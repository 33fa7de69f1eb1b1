import { stepId } from "../../core/ids.ts";
import type { AttemptView, RunSummary, RunView, StepView } from "../../runs/model.ts";

/** Made-up runs for the renderers' tests. All times count from here. */
export const begin = Date.UTC(2026, 0, 31, 3, 0, 0);

export function attempt(change: Partial<AttemptView> = {}): AttemptView {
  return {
    task: 4,
    number: 1,
    item: undefined,
    status: "succeeded",
    scheduledAt: begin,
    startedAt: begin,
    endedAt: begin + 2100,
    exitCode: 0,
    error: undefined,
    cause: undefined,
    log: undefined,
    ...change,
  };
}

export function step(id: string, change: Partial<StepView> = {}): StepView {
  return {
    id: stepId(id),
    name: id,
    status: "pending",
    startedAt: undefined,
    endedAt: undefined,
    attempts: [],
    retryAt: undefined,
    ...change,
  };
}

export function view(steps: readonly StepView[], change: Partial<RunView> = {}): RunView {
  return {
    status: "SUCCEEDED",
    startedAt: begin,
    endedAt: begin + 10_000,
    input: {},
    output: undefined,
    error: undefined,
    cause: undefined,
    steps,
    ...change,
  };
}

export function summary(change: Partial<RunSummary> = {}): RunSummary {
  return {
    run: "recsys-20260131T030000Z-4f9a1c",
    project: "recsys",
    environment: "local",
    status: "SUCCEEDED",
    skipped: false,
    interrupted: false,
    trigger: "manual",
    actor: "ana",
    startedAt: begin,
    endedAt: begin + 10_000,
    scheduledTime: undefined,
    origin: "recsys-20260131T030000Z-4f9a1c",
    artifacts: "file:///home/ana/ml/.esteira/artifacts/recsys/recsys-20260131T030000Z-4f9a1c/",
    release: "a".repeat(64),
    version: "1.0.0",
    modelVersion: undefined,
    failure: undefined,
    ...change,
  };
}

const extracted = step("extract_features", {
  status: "succeeded",
  startedAt: begin,
  endedAt: begin + 2100,
  attempts: [attempt()],
});

/** Two steps, the second failed on its second try. */
export const failedView = view(
  [
    extracted,
    step("score_model", {
      status: "failed",
      startedAt: begin + 2200,
      endedAt: begin + 9900,
      attempts: [
        attempt({
          task: 8,
          status: "failed",
          scheduledAt: begin + 2200,
          startedAt: begin + 2200,
          endedAt: begin + 5000,
          exitCode: 1,
        }),
        attempt({
          task: 14,
          number: 2,
          status: "failed",
          scheduledAt: begin + 6000,
          startedAt: begin + 6000,
          endedAt: begin + 9900,
          exitCode: 1,
        }),
      ],
    }),
    step("publish"),
  ],
  { status: "FAILED" },
);
