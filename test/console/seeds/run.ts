import type { ConsoleDocument } from "../../../src/app/documents/console.ts";
import type { SeedAnswer } from "./answer.ts";
import { artifactAnswer } from "./artifacts.ts";
import { logAnswer } from "./logs.ts";
import { minute } from "./projects.ts";
import { seedCached, seedHold } from "./run-kept.ts";
import {
  fired,
  itemsOf,
  kindOf,
  type RunDocument,
  type SeedRunKind,
  stepsOf,
  tryOf,
} from "./runs.ts";

type RunRow = RunDocument["run"];

const second = 1_000;
const endOf: Readonly<Record<SeedRunKind, number | null>> = {
  failed: 2_640,
  good: 2_465,
  live: null,
  skipped: 1,
  resumed: 120,
  items: 2_640,
  many: 2_640,
  quiet: 75,
  gone: 2_640,
  idle: 17_540,
  waiting: null,
};

const statusOf = (kind: SeedRunKind): RunRow["status"] => {
  if (["failed", "items", "many", "gone"].includes(kind)) return "FAILED";
  if (["live", "waiting"].includes(kind)) return "RUNNING";
  return "SUCCEEDED";
};

/** The row of an invented run. */
export function rowOf(environment: string, run: string): RunRow {
  const kind = kindOf(run);
  const end = endOf[kind];
  const back = kind === "good" ? 24 * 60 * minute : 0;
  return {
    run,
    project: run.replace(/-(?:\d{8}T.*|[a-z]+)$/, ""),
    environment,
    status: statusOf(kind),
    skipped: kind === "skipped",
    interrupted: false,
    trigger: kind === "resumed" ? "resume" : kind === "quiet" ? "manual" : "schedule",
    actor: kind === "resumed" || kind === "quiet" ? "ana@mobility" : "",
    startedAt: fired - back,
    endedAt: end === null ? null : fired - back + end * second,
    scheduledTime: fired - back,
    origin: kind === "resumed" ? "recsys-20261113T060000Z-4f9a1c" : run,
    artifacts: `s3://mobility-prd/artifacts/recsys/${run}/`,
    release: "9f2c4e7a51d08b36".repeat(4),
    version: kind === "good" ? "2.3.0" : "2.3.1",
    modelVersion: kind === "good" ? "11" : "12",
    failure: statusOf(kind) === "FAILED" ? "score_segment[3] ran out of memory" : null,
    resumedBy: null,
  };
}

function seedRun(environment: string, run: string): RunDocument {
  const kind = kindOf(run);
  const row = rowOf(environment, run);
  const isFailed = row.status === "FAILED";
  const back = kind === "good" ? 24 * 60 * minute : 0;
  const params = { top_n: kind === "good" ? "500" : "2000", market: "BR", horizon_days: "14" };
  return {
    schema: 1,
    environment,
    run: row,
    commit: kind === "good" ? null : "8c41d0e5b7f9a2c3",
    diagnosis: isFailed
      ? {
          code: "run/out-of-memory",
          step: "score_segment[3]",
          message: "score_segment[3] ran out of memory: 15.9 of 16 GB",
          help: `Give the step more: resources.memory_gb in config.yaml, or in this run alone: esteira resume ${run} -e ${environment} --memory score_segment=32`,
        }
      : kind === "waiting"
        ? {
            code: "run/no-capacity",
            step: "train",
            message:
              "train has been waiting 22 min for an instance: g5.2xlarge is not to be had in sa-east-1",
            help: "It waits up to 6 h. Other types can be allowed with infra.compute.ec2_types in config.yaml.",
          }
        : null,
    remedy: isFailed ? `esteira resume ${run} -e ${environment}` : null,
    error: isFailed ? "States.TaskFailed" : null,
    cause: isFailed
      ? "Essential container in task exited: OutOfMemoryError: container killed"
      : null,
    input: { params, trigger: row.trigger, actor: row.actor, scheduled_time: row.scheduledTime },
    output: row.status === "SUCCEEDED" ? { segments: 12, rows: 2_578_560 } : null,
    parameters: params,
    steps: stepsOf(kind).map((step) => shifted(step, -back)),
    checks: isFailed
      ? [
          {
            step: "train",
            item: null,
            passed: false,
            otherwise: "warn",
            text: 'auc is 0.71, and "> -5%" is asked against 0.81, the median of the last 14 good runs: the limit is 0.7695',
          },
          {
            step: "extract_bookings",
            item: null,
            passed: true,
            otherwise: "fail",
            text: 'rows is 2,578,560, and ">= 10_000" is asked',
          },
        ]
      : [],
    cached: isFailed ? seedCached : [],
    hold: isFailed ? seedHold(environment, run) : null,
    deliveries: isFailed
      ? [
          {
            recipient: "growth-ml@mobility.example",
            state: "sent",
            attempts: 1,
            nextTry: null,
            sentAt: fired + 2_660 * second,
            error: null,
          },
          {
            recipient: "https://hooks.example/…",
            state: "failed",
            attempts: 3,
            nextTry: null,
            sentAt: null,
            error: "it answered with status 410",
          },
        ]
      : [],
    cost: isFailed
      ? {
          instanceMinutes: 88,
          instanceType: "m5.2xlarge",
          usd: 0.94,
          spot: true,
          spotShare: 0.4,
          pricesOf: "2026-11-01",
          pricesRegion: "sa-east-1",
          region: "sa-east-1",
        }
      : null,
    lastGood: ["good", "quiet", "idle"].includes(kind) ? null : rowOf(environment, "recsys-good"),
  };
}

function shifted(step: RunDocument["steps"][number], by: number): RunDocument["steps"][number] {
  const move = (at: number | null): number | null => (at === null ? null : at + by);
  return {
    ...step,
    startedAt: move(step.startedAt),
    endedAt: move(step.endedAt),
    attempts: step.attempts.map((one) => ({
      ...one,
      scheduledAt: one.scheduledAt + by,
      placedAt: move(one.placedAt),
      startedAt: move(one.startedAt),
      endedAt: move(one.endedAt),
    })),
  };
}

type Items = ConsoleDocument<"run-items">;

/** Items that run ten at a time; the fourth runs out of memory. */
function seedItems(environment: string, run: string, query: URLSearchParams): Items {
  const kind = kindOf(run);
  const total = itemsOf(kind);
  const from = Number(query.get("cursor") ?? 0);
  const limit = Number(query.get("limit") ?? 200);
  const lasts = 330 / Math.max(1, Math.ceil(total / 10));
  const items = Array.from({ length: Math.max(0, Math.min(limit, total - from)) }, (_, index) => {
    const item = from + index;
    const round = Math.floor(item / 10);
    const isBad = kind !== "good" && kind !== "live" && [3, 11, 207].includes(item);
    const runs = lasts * (0.6 + ((item * 37) % 40) / 100);
    const state = kind === "live" && item >= 7 ? "running" : isBad ? "failed" : "succeeded";
    const made = tryOf(2_280, [round * lasts, 8, isBad ? 330 - round * lasts : runs], {
      item,
      task: item + 100,
      status: state,
      exitCode: isBad ? 137 : 0,
      ...(state === "running" ? { endedAt: null, exitCode: null } : {}),
    });
    return { item, status: made.status, attempts: [made] };
  });
  const next = from + limit < total ? String(from + limit) : null;
  return { schema: 1, environment, run, step: query.get("step") ?? "", items, next };
}

function seedEvents(environment: string, run: string): ConsoleDocument<"run-events"> {
  const types = [
    "ExecutionStarted",
    "TaskStateEntered",
    "TaskScheduled",
    "TaskStarted",
    "TaskSubmitted",
    "TaskSucceeded",
  ];
  const events = Array.from({ length: 40 }, (_, index) => ({
    id: index + 1,
    previousEventId: index,
    type: types[index === 0 ? 0 : 1 + ((index - 1) % 5)] ?? "",
    timestamp: fired + index * 20 * second,
    details: index === 0 ? {} : { name: "extract_bookings" },
  }));
  return { schema: 1, environment, run, events, next: null };
}

function seedComparison(environment: string, run: string): ConsoleDocument<"compare-runs"> {
  const row = rowOf(environment, run);
  const good = seedRun(environment, run).lastGood;
  const isSame = good === null || row.status !== "FAILED";
  return {
    schema: 1,
    environment,
    project: row.project,
    run: row,
    good,
    code: isSame
      ? { changed: false, commitBefore: null, commitAfter: null }
      : { changed: true, commitBefore: "5b7f9a2c11d4", commitAfter: "8c41d0e5b7f9" },
    config: isSame
      ? []
      : [{ path: "steps.score_segment.for_each.max_concurrency", before: 4, after: 10 }],
    model: { before: good?.modelVersion ?? null, after: row.modelVersion },
    parameters: isSame ? [] : [{ name: "top_n", before: "500", after: "2000" }],
    durations: [
      { step: "extract_bookings", beforeMs: 345_000, afterMs: 348_000 },
      { step: "extract_catalog", beforeMs: 165_000, afterMs: 161_000 },
      { step: "build_features", beforeMs: 580_000, afterMs: 602_000 },
      { step: "train_model", beforeMs: 612_000, afterMs: 845_000 },
      { step: "evaluate", beforeMs: 122_000, afterMs: 126_000 },
      { step: "score_segment", beforeMs: 155_000, afterMs: 324_000 },
      { step: "publish_scores", beforeMs: 60_000, afterMs: null },
    ],
  };
}

/** What is answered below `/environments/{env}/runs/{run}`; `undefined`: nothing is there. */
export function runAnswer(
  method: string,
  environment: string,
  rest: string,
  query: URLSearchParams,
): SeedAnswer | undefined {
  const [, run = "", part = ""] = /^\/runs\/([^/]+)(\/.*)?$/.exec(rest) ?? [];
  if (run === "") return undefined;
  if (method === "POST") return runAction(environment, run, part);
  switch (part) {
    case "":
      return { name: "run", document: seedRun(environment, run) };
    case "/items":
      return { name: "run-items", document: seedItems(environment, run, query) };
    case "/events":
      return { name: "run-events", document: seedEvents(environment, run) };
    case "/compare":
      return { name: "compare-runs", document: seedComparison(environment, run) };
    default:
      return (
        logAnswer(environment, run, part, query) ?? artifactAnswer(environment, run, part, query)
      );
  }
}

function runAction(environment: string, run: string, part: string): SeedAnswer {
  return {
    name: "run-action",
    document: {
      schema: 1,
      environment,
      project: rowOf(environment, run).project,
      run: part === "/resume" ? "recsys-resumed" : run,
      command: `esteira ${part.slice(1)} ${run} -e ${environment}`,
    },
  };
}
