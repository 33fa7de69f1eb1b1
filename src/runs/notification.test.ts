import { describe, expect, test } from "vitest";
import { sayDuration } from "./duration.ts";
import type { Notification, RunSummary, StepView } from "./model.ts";
import { NO_FIGURES } from "./task-facts.ts";
import { composeNotification } from "./notification.ts";
import type { NotificationFacts } from "./notification-facts.ts";

const startedAt = Date.UTC(2026, 0, 31, 3, 0, 4);

const run: RunSummary = {
  run: "recsys-20260131T030004Z-4f9a1c",
  project: "recsys",
  environment: "prd",
  status: "SUCCEEDED",
  skipped: false,
  interrupted: false,
  trigger: "schedule",
  actor: "",
  startedAt,
  endedAt: startedAt + 245_000,
  scheduledTime: Date.UTC(2026, 0, 31, 3),
  origin: "recsys-20260131T030004Z-4f9a1c",
  artifacts: "s3://esteira-acme-prd/artifacts/recsys/recsys-20260131T030004Z-4f9a1c/",
  release: "abc",
  version: "1.0.0",
  modelVersion: undefined,
  failure: undefined,
  resumedBy: undefined,
};

function step(id: string, status: StepView["status"], attempts: number): StepView {
  const attempt = {
    task: 1,
    item: undefined,
    status: "failed",
    scheduledAt: startedAt,
    startedAt,
    endedAt: startedAt,
    exitCode: 1,
    error: undefined,
    cause: undefined,
    log: undefined,
    ...NO_FIGURES,
  } as const;
  return {
    id,
    name: id,
    timeoutSeconds: undefined,
    memoryBytes: undefined,
    status,
    startedAt: attempts === 0 ? undefined : startedAt,
    endedAt: attempts === 0 ? undefined : startedAt + 61_000,
    attempts: Array.from({ length: attempts }, (_, index) => ({ ...attempt, number: index + 1 })),
    retryAt: undefined,
  };
}

const facts: NotificationFacts = {
  run,
  view: {
    status: "SUCCEEDED",
    startedAt,
    endedAt: startedAt + 245_000,
    input: {},
    output: {},
    error: undefined,
    cause: undefined,
    steps: [step("extract_features", "succeeded", 1), step("score_model", "succeeded", 2)],
  },
  diagnosis: undefined,
  logTail: [],
  previous: undefined,
  recipients: {
    onSuccess: [{ kind: "email", address: "ml-team@rentcars.com" }],
    onFailure: [
      { kind: "email", address: "ml-team@rentcars.com" },
      { kind: "email", address: "oncall@rentcars.com" },
      { kind: "webhook", url: "https://hooks.example/x" },
    ],
  },
};

const failure: NotificationFacts = {
  ...facts,
  run: { ...run, status: "FAILED", trigger: "manual", actor: "ana", scheduledTime: undefined },
  view: {
    ...facts.view,
    steps: [
      step("extract_features", "succeeded", 1),
      step("score_model", "failed", 3),
      step("publish", "pending", 0),
    ],
  },
  diagnosis: {
    code: "run/exit-code",
    step: "score_model",
    message: "score_model ended with exit code 3: ValueError: no rows",
    help: "Its log has the whole story.",
  },
  logTail: ["reading", "", "Traceback (most recent call last):", "ValueError: no rows"],
};

/** The fields are what the text is made of: `message/` has their tests. */
function withoutFields(notification: Notification | undefined): object {
  const { message: _fields, about: _about, ...rest } = notification ?? {};
  return rest;
}

test("a success", () => {
  expect(withoutFields(composeNotification(facts))).toEqual({
    outcome: "success",
    recipients: ["ml-team@rentcars.com"],
    subject: "[prd] recsys succeeded",
    body: `recsys 1.0.0 succeeded in prd after 4 min 5 s.

Run        recsys-20260131T030004Z-4f9a1c
Started    2026-01-31 03:00 UTC, by its schedule
Scheduled  2026-01-31 03:00 UTC
Ended      2026-01-31 03:04 UTC

Steps
  extract_features  succeeded in 1 min 1 s
  score_model       succeeded in 1 min 1 s, 2 attempts

Open  esteira status recsys-20260131T030004Z-4f9a1c -e prd
`,
  });
});

test("a failure: what, why, what to do, the log's end, how to open and resume", () => {
  expect(withoutFields(composeNotification(failure))).toEqual({
    outcome: "failure",
    recipients: ["ml-team@rentcars.com", "oncall@rentcars.com", "https://hooks.example/x"],
    subject: "[prd] recsys failed at score_model",
    body: `recsys 1.0.0 failed in prd after 4 min 5 s.

What happened: score_model ended with exit code 3: ValueError: no rows
What to do:    Its log has the whole story.

Run      recsys-20260131T030004Z-4f9a1c
Started  2026-01-31 03:00 UTC, by hand by ana
Ended    2026-01-31 03:04 UTC

Steps
  extract_features  succeeded in 1 min 1 s
  score_model       failed in 1 min 1 s, 3 attempts
  publish           pending

The last lines of score_model
  reading
  Traceback (most recent call last):
  ValueError: no rows

Open    esteira status recsys-20260131T030004Z-4f9a1c -e prd
Log     esteira logs recsys-20260131T030004Z-4f9a1c --step score_model -e prd
Resume  esteira resume recsys-20260131T030004Z-4f9a1c -e prd
`,
  });
});

describe("outcomes", () => {
  test.each([
    ["SUCCEEDED", "FAILED", "recovery", "[prd] recsys succeeded again"],
    ["SUCCEEDED", "TIMED_OUT", "recovery", "[prd] recsys succeeded again"],
    ["SUCCEEDED", "ABORTED", "success", "[prd] recsys succeeded"],
    ["SUCCEEDED", "SUCCEEDED", "success", "[prd] recsys succeeded"],
    ["FAILED", "FAILED", "failure", "[prd] recsys failed"],
    ["TIMED_OUT", "SUCCEEDED", "failure", "[prd] recsys timed out"],
  ] as const)("%s after %s is a %s", (status, before, outcome, subject) => {
    const previous = { status: before, run: "recsys-before" };
    const message = composeNotification({ ...facts, run: { ...run, status }, previous });
    expect(message).toMatchObject({ outcome, subject });
  });

  test("a recovery goes to all who got the failure, once, and names the run before", () => {
    const previous = { status: "FAILED", run: "recsys-before" } as const;
    const message = composeNotification({ ...facts, previous });
    expect(message?.recipients).toEqual([
      "ml-team@rentcars.com",
      "oncall@rentcars.com",
      "https://hooks.example/x",
    ]);
    expect(message?.body).toContain("\n\nThe run before it, recsys-before, failed.\n\n");
  });

  test("a run that succeeds after a redrive was the one before itself", () => {
    const previous = { status: "TIMED_OUT", run: run.run } as const;
    expect(composeNotification({ ...facts, previous })?.body).toContain(
      "\n\nIt timed out before, and was resumed.\n\n",
    );
  });

  test.each<[string, Partial<RunSummary>]>([
    ["continues", { status: "RUNNING" }],
    ["is redriven", { status: "PENDING_REDRIVE" }],
    ["was skipped", { skipped: true }],
    ["was stopped by hand", { status: "ABORTED" }],
  ])("a run that %s is silent", (_, changes) => {
    expect(composeNotification({ ...facts, run: { ...run, ...changes } })).toBeUndefined();
  });

  test("nobody to notify, nothing sent", () => {
    expect(
      composeNotification({ ...facts, recipients: { onSuccess: [], onFailure: [] } }),
    ).toBeUndefined();
  });
});

test("programs get what it is about, and webhooks the form that they were configured with", () => {
  const url = "https://flows.example/x";
  const { about, recipients, formats } =
    composeNotification({
      ...failure,
      around: { workspace: "acme" },
      recipients: { onSuccess: [], onFailure: [{ kind: "webhook", url, format: "teams" }] },
    }) ?? {};
  expect({ recipients, formats }).toEqual({ recipients: [url], formats: { [url]: "teams" } });
  expect(about).toEqual({
    kind: "run",
    workspace: "acme",
    environment: "prd",
    project: "recsys",
    version: "1.0.0",
    run: run.run,
    status: "FAILED",
    startedAt,
    endedAt: startedAt + 245_000,
    step: "score_model",
    diagnosis: "run/exit-code",
  });
});

test("a subject is one line, a long log is cut", () => {
  const message = composeNotification({
    ...failure,
    run: { ...failure.run, project: "rec\r\nsys" },
    logTail: Array.from({ length: 40 }, (_, index) => `line ${index} ${"x".repeat(1000)}`),
    url: "https://esteira.example/runs/1",
  });
  expect(message?.subject).toBe("[prd] rec sys failed at score_model");
  expect(message?.body.match(/^ {2}line/gm)).toHaveLength(15);
  expect(message?.body).toContain("Open    https://esteira.example/runs/1\n");
  expect(Math.max(...(message?.body ?? "").split("\n").map((line) => line.length))).toBe(302);
});

test("log lines come without colours and without what a progress bar wrote over", () => {
  const message = composeNotification({
    ...failure,
    logTail: [
      "\u001B[31mErro: veículo não encontrado\u001B[0m\u0007",
      "10%\r 50%\r100% done\r",
      "\u001B]0;title\u0007end",
      `${"x".repeat(299)}\u{1F600}`,
    ],
  });
  expect(message?.body).toContain(
    `score_model\n  Erro: veículo não encontrado\n  100% done\n  end\n  ${"x".repeat(299)}\uFFFD\n`,
  );
});

test.each([
  [0, "less than 1 s"],
  [999, "less than 1 s"],
  [1000, "1 s"],
  [59_400, "59 s"],
  [59_600, "1 min"],
  [3_599_000, "59 min 59 s"],
  [3_600_000, "1 h"],
  [7_380_000, "2 h 3 min"],
  [86_400_000, "1 d"],
  [273_600_000, "3 d 4 h"],
  [-5, "less than 1 s"],
])("%d ms is %s", (milliseconds, text) => {
  expect(sayDuration(milliseconds)).toBe(text);
});
