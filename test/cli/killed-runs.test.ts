import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { esteira, start } from "./cli.ts";
import { shellWorkspace, write } from "./workspace.ts";

/** The second and the third run side by side. */
const steps = ["first", "left", "right", "last"] as const;

/**
 * Each step leaves a mark when it begins and one when it ends, in a file with the name of its run.
 */
const marks = steps.flatMap((step) => [`begin ${step}`, `end ${step}`]);

let folder: Awaited<ReturnType<typeof shellWorkspace>>;
let home: { readonly HOME: string };

beforeAll(async () => {
  // After the mark that the file `hold` names, a step waits until that file is gone.
  const command =
    'for mark in begin end; do echo $mark $ESTEIRA_STEP >> $HOME/$ESTEIRA_RUN_ID; while grep -qsx "$mark $ESTEIRA_STEP" $HOME/hold; do sleep 0.02; done; done';
  const after = { first: "[]", left: "[first]", right: "[first]", last: "[left, right]" };
  folder = await shellWorkspace({
    demo: steps
      .map((id) => `- { id: ${id}, command: '${command}', depends_on: ${after[id]} }`)
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

async function marksOf(run: string): Promise<readonly string[]> {
  return (await readFile(join(folder.path, run), "utf8")).trim().split("\n");
}

/** Anyone who has a run's name in its environment or on its command line. */
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

/**
 * Runs the project until the moment has come, kills who follows it, and gives the run as it is
 * listed then.
 */
async function killedAt(
  moment: (child: ReturnType<typeof start>, mark: (text: string) => Promise<void>) => Promise<void>,
): Promise<Listed> {
  const before = new Set((await runs()).map(({ run }) => run));
  const marked = async (text: string): Promise<void> => {
    const file = (): string | undefined =>
      readdirSync(folder.path).find((name) => name.startsWith("demo-") && !before.has(name));
    const found = async () => (file() === undefined ? [] : await marksOf(file()!));
    await expect.poll(found, { timeout: 60_000, interval: 10 }).toContain(text);
  };
  const child = start(folder.path, ["run", "demo"], home);
  await moment(child, marked);
  child.kill("SIGKILL");
  await child;
  const run = (await runs()).find((one) => !before.has(one.run));
  if (run === undefined) throw new Error("the run that was followed isn't listed");
  return run;
}

async function expectWhole({ run }: Listed): Promise<void> {
  expect((await marksOf(run)).toSorted()).toEqual(marks.toSorted());
  expect(processesOf(run)).toEqual([]);
  expect((await runs()).find((one) => one.run === run)?.status).toBe("SUCCEEDED");
}

describe.runIf(process.platform === "linux")(
  "a run that is killed outright continues: no step twice, nothing lost, nobody left",
  () => {
    test.each(["its first sign of life", ...marks])("at %s", async (moment) => {
      const mark = marks.includes(moment) ? moment : marks[0]!;
      await write(folder.path, "hold", `${mark}\n`);
      const run = await killedAt((child, marked) =>
        marks.includes(moment) ? marked(mark) : once(child.stdout, "data").then(() => undefined),
      );
      await rm(join(folder.path, "hold"));
      expect(run.interrupted).toBe(true);
      expect((await esteira(folder.path, ["resume", run.run], home)).code).toBe(0);
      await expectWhole(run);
    });

    test("while it ends, should there be anything left to do", async () => {
      const run = await killedAt((_, marked) => marked("end last"));
      const resumed = await esteira(folder.path, ["resume", run.run], home);
      expect([resumed.code, run.interrupted ? "SUCCEEDED" : run.status]).toEqual([
        run.interrupted ? 0 : 5,
        "SUCCEEDED",
      ]);
      await expectWhole(run);
    });
  },
);
