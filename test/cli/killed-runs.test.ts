import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, expect, test } from "vitest";

import { esteira, start } from "./cli.ts";
import { shellWorkspace } from "./workspace.ts";

/**
 * Each step leaves a line when it begins and one when it ends; the second and the third run side by
 * side.
 */
const steps = ["first", "left", "right", "last"] as const;

let folder: Awaited<ReturnType<typeof shellWorkspace>>;
let home: { readonly HOME: string };

beforeAll(async () => {
  const command =
    "echo begin $ESTEIRA_STEP >> $HOME/$ESTEIRA_RUN_ID; sleep 0.3; echo end $ESTEIRA_STEP >> $HOME/$ESTEIRA_RUN_ID";
  const after = { first: "[]", left: "[first]", right: "[first]", last: "[left, right]" };
  folder = await shellWorkspace({
    demo: steps
      .map((id) => `- { id: ${id}, command: "${command}", depends_on: ${after[id]} }`)
      .join("\n"),
  });
  home = { HOME: folder.path };
  await esteira(folder.path, ["deploy"], home);
});

afterAll(() => folder[Symbol.asyncDispose]());

interface Listed {
  readonly run: string;
  readonly status: string;
  readonly interrupted: boolean;
}

async function runs(): Promise<readonly Listed[]> {
  const { out } = await esteira(folder.path, ["runs", "--json"], home);
  return (JSON.parse(out) as { readonly runs: readonly Listed[] }).runs;
}

/** Whoever has a run's name in its environment or on its command line. */
function processesOf(run: string): readonly string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return ["environ", "cmdline"].some((file) =>
        readFileSync(join("/proc", pid, file), "latin1").includes(run),
      );
    } catch {
      return false; // It has ended, or isn't ours.
    }
  });
}

/** Milliseconds since the run's first sign of life; undisturbed it takes about 1300. */
const moments = [0, 60, 140, 250, 370, 500, 640, 800, 970, 1150];

test.runIf(process.platform === "linux")(
  "killed outright at many moments of a run, it goes on: no step twice, nothing lost, nobody left",
  { timeout: 300_000 },
  async () => {
    const before = new Set((await runs()).map(({ run }) => run));
    let taken = 0;
    for (const moment of moments) {
      const child = start(folder.path, ["run", "demo"], home);
      await once(child.stdout, "data");
      await sleep(moment);
      child.kill("SIGKILL");
      await child;
      const run = (await runs()).find((one) => !before.has(one.run));
      if (run === undefined) throw new Error("the run that was followed isn't listed");
      before.add(run.run);
      const resumed = await esteira(folder.path, ["resume", run.run], home);
      if (run.interrupted) taken += 1;
      expect([resumed.code, run.interrupted ? "SUCCEEDED" : run.status]).toEqual([
        run.interrupted ? 0 : 5,
        "SUCCEEDED",
      ]);
      const marks = await readFile(join(folder.path, run.run), "utf8");
      expect(marks.trim().split("\n").toSorted()).toEqual([
        ...steps.map((step) => `begin ${step}`).toSorted(),
        ...steps.map((step) => `end ${step}`).toSorted(),
      ]);
      expect(processesOf(run.run)).toEqual([]);
    }
    expect(taken).toBeGreaterThan(0);
    expect((await runs()).every(({ status }) => status === "SUCCEEDED")).toBe(true);
  },
);
