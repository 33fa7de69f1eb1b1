import { expect, test } from "vitest";

import { readResumption, writeResumption } from "../../src/aws/bucket/resumptions.ts";
import { bucketStore } from "../../src/aws/bucket/store.ts";
import { projectName, runId } from "../../src/core/ids.ts";
import { runInput } from "../../src/runs/input.ts";
import { describeWith } from "../rig/parts.ts";
import { deploy, recsys } from "./deploy-fixture.ts";
import { intercept } from "./rig/middleware.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { unwrap } from "./rig/unwrap.ts";
import { ended, runsEnvironment } from "./runs-fixture.ts";

const project = projectName("recsys");
const follow = { mode: "follow" } as const;
const day = 24 * 3_600_000;
const [first] = recsys().steps;
if (first === undefined) throw new Error("the project has steps");
const decided = recsys({ steps: [{ ...first, retries: 0 }] });
/** Nothing is decided when its step fails: the Task itself ends the run, and AWS redrives it. */
const undecided = recsys({
  steps: [{ ...first, retries: 0, lostInstanceRetries: 0, capacityWaitHours: 0 }],
});

describeWith(moto(), "a run on AWS that is resumed more than once", (part) => {
  const server = useMoto(part);

  const failing = async (of = decided) => {
    let end = 3;
    let takes = 0;
    const runs = await runsEnvironment(server(), { script: () => ({ lines: ["no"], end, takes }) });
    const platform = await runs.open();
    await deploy(platform, [runs.environment.release(of)]);
    const run = unwrap(await platform.start(project, runInput({ actor: "ana" }), follow));
    await ended(platform, run);
    const { timing } = runs.environment.context;
    return {
      run,
      platform,
      /** AWS redrives nothing any more: it continues in new runs. */
      later: await runs.open({ timing: { ...timing, now: () => Date.now() + 15 * day } }),
      store: bucketStore(runs.environment.context),
      runs,
      succeed: () => {
        end = 0;
        takes = 0;
      },
      /** What is redriven takes a while: once it has failed again, it may be redriven. */
      slowly: () => {
        takes = 3000;
      },
      [Symbol.asyncDispose]: () => runs[Symbol.asyncDispose](),
    };
  };

  test("in a new run: the second is pointed to that run, as it is then, and status names it", async () => {
    await using of = await failing();
    const { run, later } = of;
    const again = () => later.resume(run, { ...follow, actor: "bo" });
    const next = unwrap(await later.resume(run, { ...follow, actor: "ana" }));
    expect(unwrap(await later.run(run))).toMatchObject({ status: "FAILED", resumedBy: next });
    await ended(later, next);
    expect(await again()).toEqual({
      ok: false,
      error: {
        reason: "conflict",
        message: `run ${run} was already resumed: run ${next} continued it and has ended too`,
        help: `Continue that one: esteira resume ${next} -e dev`,
        resource: `run ${run}`,
      },
    });
    of.succeed();
    const third = unwrap(await later.resume(next, { ...follow, actor: "ana" }));
    expect((await ended(later, third)).status).toBe("SUCCEEDED");
    expect(await later.resume(next, { ...follow, actor: "bo" })).toMatchObject({
      error: {
        message: `run ${next} was already resumed: run ${third} continued it and has succeeded`,
        help: "Start a new one: esteira run recsys -e dev",
      },
    });
    expect(unwrap(await later.run(third))).toMatchObject({ resumedBy: undefined });
  });

  test("two at once in new runs: one begins, the other learns of it", async () => {
    await using of = await failing();
    const { run, later, platform } = of;
    const both = await Promise.all(
      ["ana", "bo"].map((actor) => later.resume(run, { ...follow, actor })),
    );
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    const lost = both.find(({ ok }) => !ok);
    expect(lost).toMatchObject({ error: { reason: "conflict" } });
    const { items } = unwrap(await platform.runs({ project }, { limit: 10 }));
    expect(items.filter(({ trigger }) => trigger === "resume")).toHaveLength(1);
  });

  test("redriven: refused while it runs, and once more when it has ended again; two at once redrive it once", async () => {
    await using of = await failing(undecided);
    const { run, runs, platform } = of;
    const other = await runs.open();
    of.slowly();
    const both = await Promise.all([
      platform.resume(run, { ...follow, actor: "ana" }),
      other.resume(run, { ...follow, actor: "bo" }),
    ]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    await ended(platform, run);
    of.succeed();
    expect(await platform.resume(run, { ...follow, actor: "ana" })).toEqual({
      ok: true,
      value: run,
    });
    expect((await ended(platform, run)).status).toBe("SUCCEEDED");
    expect(runs.sfn.asked.filter((operation) => operation === "RedriveExecution")).toHaveLength(2);
    expect(unwrap(await platform.run(run))).toMatchObject({ resumedBy: undefined });
  });

  test("a claim of somebody who died over it holds for a minute; one of which nothing came is given back", async () => {
    await using of = await failing();
    const { run, runs, later, store } = of;
    const by = runId("recsys-20260131T030000Z-gone00");
    const now = Date.now() + 15 * day;
    const claim = { schema: 1, project, run, by, actor: "ana" } as const;
    unwrap(await writeResumption(store, { ...claim, at: now - 30_000 }, undefined));
    expect(await later.resume(run, { ...follow, actor: "bo" })).toEqual({
      ok: false,
      error: {
        reason: "conflict",
        message: `ana is resuming run ${run} at this moment`,
        help: `Look in a minute what became of it: esteira status ${by} -e dev`,
        resource: `run ${run}`,
      },
    });
    const known = unwrap(await readResumption(store, project, run));
    unwrap(await writeResumption(store, { ...claim, at: now - 120_000 }, known?.version));

    const { timing } = runs.environment.context;
    const refusing = intercept(server().clients({ sfnUrl: runs.sfn.url }), ({ operation }) => {
      if (operation !== "StartExecution") return undefined;
      throw Object.assign(new Error("no rights"), { name: "AccessDeniedException" });
    });
    const unable = await runs.open({
      clients: refusing,
      timing: { ...timing, now: () => Date.now() + 15 * day },
    });
    expect((await unable.resume(run, { ...follow, actor: "bo" })).ok).toBe(false);
    expect(unwrap(await readResumption(store, project, run))).toBeUndefined();
    expect((await later.resume(run, { ...follow, actor: "bo" })).ok).toBe(true);
  });
});
