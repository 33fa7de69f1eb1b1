import { expect, test } from "vitest";

import { runPolicy } from "../../src/aws/iam/deploy-policies.ts";
import { policyScope } from "../../src/aws/iam/scope.ts";
import type { ForEach } from "../../src/config/model.ts";
import { projectName, type RunId } from "../../src/core/ids.ts";
import type { Platform } from "../../src/platform/port.ts";
import type { LogLine } from "../../src/platform/log-lines.ts";
import { foldRun } from "../../src/runs/fold.ts";
import { runInput } from "../../src/runs/input.ts";
import type { RunView } from "../../src/runs/model.ts";
import { describeWith } from "../rig/parts.ts";
import { deploy, recsys } from "./deploy-fixture.ts";
import { authorizationsOf } from "./rig/authorizations.ts";
import { type Call, record } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { evaluate } from "./rig/policy.ts";
import type { Script } from "./rig/sfn-tasks.ts";
import { unwrap } from "./rig/unwrap.ts";
import { ended, runsEnvironment } from "./runs-fixture.ts";

const project = projectName("recsys");
const follow = { mode: "follow" } as const;
const account = {
  partition: "aws",
  accountId: "123456789012",
  region: "us-east-1",
  instanceRole: "arn:aws:iam::123456789012:role/esteira-acme-dev-instance",
};

/** The second step once for each item, each an execution by itself. */
function withItems(count: number) {
  const forEach: ForEach = {
    kind: "items",
    items: Array.from({ length: count }, (_, n) => `item ${n}`),
    maxConcurrency: 10_000,
  };
  const steps = recsys().steps.map((step) => ({
    ...step,
    retries: 0,
    // So little that the instances hold more of them than an inline Map runs at once.
    resources: { cpu: 0.01, memoryGb: 0.05, gpu: 0 },
    ...(step.id === "score_model" ? { forEach } : {}),
  }));
  return recsys({ steps });
}

async function viewOf(platform: Platform, run: RunId): Promise<RunView> {
  const events = [];
  let cursor: string | undefined;
  do {
    const page = unwrap(
      await platform.events(run, { limit: 1000, ...(cursor === undefined ? {} : { cursor }) }),
    );
    events.push(...page.items);
    cursor = page.items.length === 0 ? undefined : page.next;
  } while (cursor !== undefined);
  expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
  return foldRun(events, withItems(1).steps);
}

async function linesOf(platform: Platform, run: RunId): Promise<readonly LogLine[]> {
  const lines: LogLine[] = [];
  let cursor: string | undefined;
  do {
    const page = unwrap(
      await platform.logs(run, {}, { limit: 1000, ...(cursor === undefined ? {} : { cursor }) }),
    );
    lines.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return lines;
}

describeWith(moto(), "items that are executions by themselves on AWS", (part) => {
  const server = useMoto(part);

  test("status, logs and diagnosis are as of inline ones, with the run policy and no more", async () => {
    let broken = true;
    const script: Script = ({ step, attempt }) =>
      step === "score_model" && broken && attempt === 42
        ? { lines: ["ValueError: no rows"], end: 1, takes: 300 }
        : { lines: [`${step} works`], end: 0 };
    await using runs = await runsEnvironment(server(), { script });
    await deploy(await runs.open(), [runs.environment.release(withItems(45))]);
    const calls: Call[] = [];
    const clients = record(server().clients({ sfnUrl: runs.sfn.url }), calls);
    const platform = await runs.open({ clients });

    const run = unwrap(await platform.start(project, runInput({ actor: "ana" }), follow));
    expect(await ended(platform, run)).toMatchObject({
      status: "FAILED",
      failure: "score_model (item 42) ended with exit code 1: ValueError: no rows",
    });
    const view = await viewOf(platform, run);
    const [, score] = view.steps;
    expect(view.steps.map(({ id, status }) => [id, status])).toEqual([
      ["extract_features", "succeeded"],
      ["score_model", "failed"],
    ]);
    const items = score?.attempts.map(({ item }) => item ?? -1) ?? [];
    expect(items.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 45 }, (_, n) => n));
    const lines = await linesOf(platform, run);
    expect(lines.filter(({ text }) => text === "ValueError: no rows")).toEqual([
      expect.objectContaining({ step: "score_model", attempt: 1 }),
    ]);

    // As any step that has failed for good: in a new run, with all items.
    broken = false;
    const next = unwrap(await platform.resume(run, { ...follow, actor: "bob" }));
    expect(next).not.toBe(run);
    expect(await ended(platform, next)).toMatchObject({ status: "SUCCEEDED", origin: run });
    const again = await viewOf(platform, next);
    expect(again.steps.map(({ status, attempts }) => [status, attempts.length])).toEqual([
      ["skipped", 0],
      ["succeeded", 45],
    ]);

    const document = runPolicy(policyScope(runs.environment.context));
    const refused = calls
      .flatMap((call) => authorizationsOf(call, account))
      .filter((asked) => evaluate([document], asked) !== "allowed");
    expect(refused).toEqual([]);
  });

  test("a run that is stopped is over when its items are, and their tasks are stopped", async () => {
    const script: Script = ({ step }) => ({ end: step === "score_model" ? "waits" : 0 });
    await using runs = await runsEnvironment(server(), { script });
    const calls: Call[] = [];
    const clients = record(server().clients({ sfnUrl: runs.sfn.url }), calls);
    const platform = await runs.open({ clients });
    await deploy(platform, [runs.environment.release(withItems(41))]);
    const run = unwrap(await platform.start(project, runInput(), follow));
    await expect
      .poll(async () => (await viewOf(platform, run)).steps[1]?.attempts.length, {
        timeout: 60_000,
      })
      .toBe(41);
    unwrap(await platform.stop(run, "bob"));
    const view = await viewOf(platform, run);
    expect(view.status).toBe("ABORTED");
    expect(view.steps[1]?.attempts.map(({ status }) => status)).toEqual(Array(41).fill("aborted"));
    expect(calls.filter(({ operation }) => operation === "StopTask")).toHaveLength(41);
  });
});
