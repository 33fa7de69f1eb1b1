import { join } from "node:path";

import { expect, test } from "vitest";

import { removeRelease } from "../../src/aws/bucket/releases.ts";
import { bucketStore } from "../../src/aws/bucket/store.ts";
import { projectName, runId, stepId } from "../../src/core/ids.ts";
import type { LogLine } from "../../src/platform/log-lines.ts";
import { runInput } from "../../src/runs/input.ts";
import { describeWith } from "../rig/parts.ts";
import { deploy, manyProjects, recsys } from "./deploy-fixture.ts";
import { intercept } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { nextSecond } from "./rig/timing.ts";
import { unwrap } from "./rig/unwrap.ts";
import { ended, good, runsEnvironment } from "./runs-fixture.ts";

const project = projectName("recsys");
const follow = { mode: "follow" } as const;
const [first] = recsys().steps;
if (first === undefined) throw new Error("the project has steps");

describeWith(moto(), "runs on AWS at the edges", (part) => {
  const server = useMoto(part);

  test("one that gave way to another is skipped, and no failure", async () => {
    await using runs = await runsEnvironment(server(), {
      script: () => ({ lines: ["at it"], end: "waits" }),
    });
    const platform = await runs.open();
    const schedule = { ...recsys().schedule, overlap: "skip" } as NonNullable<
      ReturnType<typeof recsys>["schedule"]
    >;
    await deploy(platform, [runs.environment.release(recsys({ schedule }))]);
    const scheduled = runInput({ trigger: "schedule", actor: "schedule" });
    const going = unwrap(await platform.start(project, scheduled, follow));
    const skipped = unwrap(await platform.start(project, scheduled, follow));
    expect(await ended(platform, skipped)).toMatchObject({
      status: "SUCCEEDED",
      skipped: true,
      failure: undefined,
    });
    const { items } = unwrap(await platform.runs({ project }, { limit: 9 }));
    const listed = items.map((run) => [run.run, `${run.status} ${run.skipped}`] as const);
    expect(new Map<string, string>(listed)).toEqual(
      new Map<string, string>([
        [going, "RUNNING false"],
        [skipped, "SUCCEEDED true"],
      ]),
    );
  });

  test("the items of a step are distinguished in its logs, and in pages of any size come in one order", async () => {
    await using runs = await runsEnvironment(server(), {
      script: ({ step, attempt }) => ({
        lines: Array.from({ length: 5 }, (_, line) => `${step} ${attempt}.${line}`),
        end: 0,
      }),
    });
    const platform = await runs.open();
    const each = {
      ...first,
      id: stepId("each"),
      retries: 0,
      forEach: { kind: "items" as const, items: ["a", "b", "c"], maxConcurrency: 3 },
    };
    await deploy(platform, [runs.environment.release(recsys({ steps: [each] }))]);
    const run = unwrap(await platform.start(project, runInput(), follow));
    expect((await ended(platform, run)).status).toBe("SUCCEEDED");
    const whole = unwrap(await platform.logs(run, {}, { limit: 100 })).items;
    expect(whole).toHaveLength(15);
    for (const item of [0, 1, 2]) {
      const texts = whole.filter((line) => line.item === item).map(({ text }) => text);
      expect(texts.map((text) => text.split(".")[1])).toEqual(["0", "1", "2", "3", "4"]);
    }
    const pages: LogLine[] = [];
    let cursor: string | undefined;
    do {
      const page = unwrap(
        await platform.logs(run, {}, { limit: 2, ...(cursor === undefined ? {} : { cursor }) }),
      );
      pages.push(...page.items);
      cursor = page.items.length === 0 ? undefined : page.next;
    } while (cursor !== undefined);
    expect(pages).toEqual(whole);
  });

  test("a part of an id is looked for by names alone", async () => {
    await using runs = await runsEnvironment(server(), { script: good });
    const platform = await runs.open();
    const projects = manyProjects(3);
    await deploy(
      platform,
      projects.map((one) => runs.environment.release(one)),
    );
    const ids = [];
    for (const { name } of projects) {
      ids.push(unwrap(await platform.start(name, runInput(), follow)));
    }
    const [, second = runId("")] = ids;
    const opened = await runs.open();
    runs.sfn.asked.length = 0;
    expect(unwrap(await opened.runSearch.matching(second.slice(-6), 5000))).toEqual([second]);
    expect(unwrap(await opened.runSearch.matching("project-", 5000))).toEqual(ids.toReversed());
    expect(new Set(runs.sfn.asked)).toEqual(new Set(["ListExecutions"]));
    expect(runs.sfn.asked).toHaveLength(2 * projects.length);

    // What people type needn't be a name: AWS takes an ARN with a space in it for none.
    const clients = intercept(server().clients({ sfnUrl: runs.sfn.url }), ({ operation }) => {
      if (operation !== "ListExecutions") return undefined;
      throw Object.assign(new Error("Invalid Arn"), { name: "InvalidArn" });
    });
    const picky = await runs.open({ clients });
    const typed = projectName("project 1");
    expect(unwrap(await picky.runs({ project: typed }, { limit: 1 })).items).toEqual([]);
  });

  test("the latest run of each of many projects costs one request for each, and none is reported twice", async () => {
    await using runs = await runsEnvironment(server(), { script: good });
    const platform = await runs.open();
    const projects = manyProjects(12);
    await deploy(
      platform,
      projects.map((one) => runs.environment.release(one)),
    );
    for (const { name } of projects) {
      const run = unwrap(await platform.start(name, runInput(), follow));
      await ended(platform, run);
    }
    const opened = await runs.open();
    runs.sfn.asked.length = 0;
    for (const { name } of projects) {
      const { items } = unwrap(await opened.runs({ project: name }, { limit: 1 }));
      expect(items).toMatchObject([{ project: name, status: "SUCCEEDED", version: "1.0.0" }]);
    }
    expect(runs.sfn.asked).toEqual(projects.map(() => "ListExecutions"));
    runs.sfn.asked.length = 0;
    const { items, next = "" } = unwrap(await opened.runs({}, { limit: 5 }));
    const rest = unwrap(await opened.runs({}, { limit: 100, cursor: next }));
    expect(items).toHaveLength(5);
    expect(new Set([...items, ...rest.items].map((run) => run.project)).size).toBe(12);
    expect(runs.sfn.asked).toEqual(projects.map(() => "ListExecutions"));
  });

  test("a run can be asked for at once, though AWS's reads lag behind its starts", async () => {
    await using runs = await runsEnvironment(server(), { script: good });
    await deploy(await runs.open(), [runs.environment.release(recsys())]);
    let lagging = 3;
    const { timing } = runs.environment.context;
    const clients = intercept(
      server().clients({ sfnUrl: runs.sfn.url, timing }),
      ({ operation }) => {
        if (operation !== "DescribeExecution" || lagging === 0) return undefined;
        lagging -= 1;
        throw Object.assign(new Error("Execution Does Not Exist"), {
          name: "ExecutionDoesNotExist",
        });
      },
    );
    const platform = await runs.open({ clients });
    const run = unwrap(await platform.start(project, runInput(), follow));
    expect(unwrap(await platform.run(run)).run).toBe(run);
    expect(lagging).toBe(0);
  });

  test("long after a deploy nothing is asked to know the release of a run", async () => {
    await using runs = await runsEnvironment(server(), { script: good, later: 120_000 });
    const platform = await runs.open();
    for (const version of ["1.0.0", "2.0.0"]) {
      // The bucket gives times to the second.
      await nextSecond();
      await deploy(platform, [runs.environment.release(recsys({ version }))]);
      const run = unwrap(await platform.start(project, runInput(), follow));
      const other = await runs.open({ cacheDirectory: join(runs.cacheDirectory, version) });
      runs.sfn.asked.length = 0;
      expect((await ended(other, run)).version).toBe(version);
      expect(new Set(runs.sfn.asked)).toEqual(new Set(["DescribeExecution"]));
    }
  });

  test("the release of a run that isn't kept any more is nobody else's; the run is read all the same", async () => {
    await using runs = await runsEnvironment(server(), {
      script: () => ({ lines: ["no"], end: 3 }),
    });
    const platform = await runs.open();
    const steps = [{ ...first, retries: 0 }];
    const old = runs.environment.release(recsys({ steps }));
    await deploy(platform, [old]);
    const run = unwrap(await platform.start(project, runInput(), follow));
    await ended(platform, run);
    await deploy(platform, [runs.environment.release(recsys({ version: "2.0.0", steps }))]);
    const store = bucketStore(runs.environment.context);
    unwrap(await removeRelease(store, project, old.fingerprint));

    const another = await runs.open({ cacheDirectory: join(runs.cacheDirectory, "other") });
    expect(unwrap(await another.run(run))).toMatchObject({
      version: "",
      release: "",
      failure: "extract_features ended with exit code 3: no",
    });
    const next = unwrap(await another.resume(run, { ...follow, actor: "bob" }));
    expect(await ended(another, next)).toMatchObject({ origin: run, version: "2.0.0" });
  });

  test("what can't be started is reported before anything is, or as what it is", async () => {
    await using runs = await runsEnvironment(server(), { script: good });
    const platform = await runs.open();
    const parameters = [{ name: "list", default: "", description: "" }];
    await deploy(platform, [runs.environment.release(recsys({ parameters }))]);
    const large = runInput({ params: { list: "x".repeat(300_000) } });
    expect(await platform.start(project, large, follow)).toEqual({
      ok: false,
      error: {
        reason: "limit",
        message: `the input of a run of recsys has ${JSON.stringify(large).length.toLocaleString("en-US")} bytes; a run takes 262,144 at most`,
        help: "Leave what is large among the artifacts and give a parameter that says where it is.",
        resource: "recsys",
      },
    });
    expect(await platform.start(projectName("churn"), runInput(), follow)).toEqual({
      ok: false,
      error: {
        reason: "not-deployed",
        message: "churn is not deployed to dev",
        help: "Deploy it first: esteira deploy churn -e dev",
        resource: "churn",
      },
    });
    const answering = (name: string, message: string) =>
      runs.open({
        clients: intercept(server().clients({ sfnUrl: runs.sfn.url }), ({ operation }) => {
          if (operation !== "StartExecution") return undefined;
          throw Object.assign(new Error(message), { name });
        }),
      });
    const deleting = await answering("StateMachineDeleting", "State Machine is deleting");
    expect(await deleting.start(project, runInput(), follow)).toEqual({
      ok: false,
      error: {
        reason: "conflict",
        message: "the state machine recsys-workflow is being deleted",
        help: "Wait until AWS is done with it, then deploy again: esteira deploy recsys -e dev",
        resource: "state machine recsys-workflow",
      },
    });
    const denied = await answering(
      "AccessDeniedException",
      "User: arn:aws:iam::123456789012:user/ana is not authorized to perform: states:StartExecution on resource: x",
    );
    expect(await denied.start(project, runInput(), follow)).toEqual({
      ok: false,
      error: {
        reason: "permission",
        message:
          "could not start a run of recsys: no permission for states:StartExecution (AccessDeniedException: User: arn:aws:iam::123456789012:user/ana is not authorized to perform: states:StartExecution on resource: x)",
        help: "`esteira iam run-policy -e dev` prints the policy that runs need",
      },
    });
  });
});
