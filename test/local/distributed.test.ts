import { writeFileSync } from "node:fs";

import { expect, test } from "vitest";

import type { JsonObject } from "../../src/core/json.ts";
import { stepId } from "../../src/core/ids.ts";
import { compilePipeline } from "../../src/pipeline/compile.ts";
import { project, step, target } from "../../src/pipeline/fixtures/project.ts";
import { foldRun } from "../../src/runs/fold.ts";
import type { RunView } from "../../src/runs/model.ts";
import {
  lines,
  type LocalPlatform,
  logsOf,
  makeWorkspace,
  openPlatform,
  runOf,
  value,
} from "./fixture.ts";
import type { RunId } from "../../src/core/ids.ts";

/** Items that are executions by themselves, of a list that `find` leaves. */
function definition(retries = 0): JsonObject {
  const forEach = {
    kind: "artifact",
    step: stepId("find"),
    file: "list.json",
    maxConcurrency: 3,
    maxItems: 20_000,
  } as const;
  const steps = [
    step("find", { command: "sh steps/find.sh" }),
    step("each", { command: "sh steps/each.sh", after: ["find"], forEach, retries }),
    step("end", { command: "sh steps/end.sh", after: ["each"] }),
  ];
  return compilePipeline(project({ steps }), target) ?? {};
}

const find = `folder="\${ESTEIRA_ARTIFACTS_URI#file://}find"
mkdir -p "$folder"
printf '["a", "b", "c", "d"]' > "$folder/list.json"
`;
const steps = ["find", "each", "end"].map((id) => ({ id, name: id }));

async function viewOf(platform: LocalPlatform, run: RunId): Promise<RunView> {
  return foldRun(value(await platform.events(run, { limit: 1000 })).items, steps);
}

test("each has the run's name and folder, its own log, and its own place in the status", async () => {
  using workspace = makeWorkspace();
  const platform = await openPlatform(workspace.root);
  try {
    const each = `echo "$ESTEIRA_ITEM $ESTEIRA_RUN_ID $ESTEIRA_ARTIFACTS_URI"\n`;
    const { run, summary } = await runOf(platform, workspace.root, {
      name: "recsys",
      steps: { find, each, end: "true\n" },
      definition: definition(),
    });
    const written = await logsOf(platform, run);
    const found = written.map(({ step: id, item, text }) => `${id} ${item}: ${text}`).toSorted();
    expect({ status: summary.status, found }).toEqual({
      status: "SUCCEEDED",
      found: ["a", "b", "c", "d"].map(
        (item, n) => `each ${n}: ${item} ${run} ${summary.artifacts}`,
      ),
    });
    const view = await viewOf(platform, run);
    expect(view.steps.map(({ id, status, attempts }) => [id, status, attempts.length])).toEqual([
      ["find", "succeeded", 1],
      ["each", "succeeded", 4],
      ["end", "succeeded", 1],
    ]);
  } finally {
    await platform.close();
  }
});

test("one that fails ends the run and names itself; the run is resumed with all items", async () => {
  using workspace = makeWorkspace();
  const { root } = workspace;
  const platform = await openPlatform(root);
  try {
    const each = `echo "$ESTEIRA_ITEM" >> "${root}/ran"; test "$ESTEIRA_ITEM" != c || test -e "${root}/flag"\n`;
    const { run, summary } = await runOf(platform, root, {
      name: "recsys",
      steps: { find, each, end: "true\n" },
      definition: definition(),
    });
    expect(summary).toMatchObject({
      status: "FAILED",
      failure: "each (item 3) ended with exit code 1",
    });
    await platform.driver.settled(run);
    lines(`${root}/ran`);

    writeFileSync(`${root}/flag`, "");
    const later = value(await platform.resume(run, { mode: "follow", actor: "ana" }));
    expect(value(await platform.driver.settled(later)).status).toBe("SUCCEEDED");
    const view = await viewOf(platform, later);
    expect(view.steps.map(({ id, status, attempts }) => [id, status, attempts.length])).toEqual([
      ["find", "skipped", 0],
      ["each", "succeeded", 4],
      ["end", "succeeded", 1],
    ]);
  } finally {
    await platform.close();
  }
});

test("a run that is stopped stops all of them", async () => {
  using workspace = makeWorkspace();
  const { root } = workspace;
  const platform = await openPlatform(root);
  try {
    const each = `echo "$$" >> "${root}/began"; exec sleep 1000\n`;
    const running = runOf(platform, root, {
      name: "recsys",
      steps: { find, each, end: "true\n" },
      definition: definition(),
    });
    await expect.poll(() => began(root).length, { timeout: 30_000 }).toBe(3);
    const [listed] = value(await platform.runs({}, { limit: 1 })).items;
    const run = listed?.run as RunId;
    value(await platform.stop(run, "ana"));
    expect((await running).summary.status).toBe("ABORTED");
    const view = await viewOf(platform, run);
    expect(view.steps[1]?.attempts.map(({ status }) => status)).toEqual(Array(3).fill("aborted"));
    expect(began(root).filter((pid) => isAlive(Number(pid)))).toEqual([]);
  } finally {
    await platform.close();
  }
});

function began(root: string): string[] {
  try {
    return lines(`${root}/began`);
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
