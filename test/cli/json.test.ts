import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { esteira } from "./cli.ts";
import { shellWorkspace } from "./workspace.ts";

/**
 * A command without its `--json`, its exit code, and the fields of the document that it ends with.
 */
type Row = readonly [command: string, code: number, fields: string];

const scheduleFields =
  "after configured cron deadline disabledBy environment expression hold name next on overlap project state timezone words wordsInPortuguese";

/** Commands that find what they ask for in any workspace with the undeployed project `demo`. */
const alone: readonly Row[] = [
  ["run demo", 4, "error exit"],
  ["adopt", 4, "error exit"],
  ["validate", 0, "diagnostics environments projects valid"],
  ["simulate demo", 0, "cause error events output status subject timeline"],
  [
    "ci environment --branch dev",
    0,
    "account_id branch deploy_role environment plan_role platform region",
  ],
  ["ci check-branch", 5, "error exit"],
  ["ci changed", 5, "error exit"],
  ["ci test", 5, "error exit"],
  ["ci protect --repo acme/ml", 5, "error exit"],
  ["iam github-role -e dev --repo acme/ml", 0, "environment repository roles"],
  ["completion bash", 0, "script shell"],
  ["nothing-like-it", 2, "error exit"],
  ["run", 2, "error exit"],
];

/** Commands in their own workspace, each of which leaves what those after it need. */
const stories: Readonly<Record<string, readonly Row[]>> = {
  "a project that is made": [
    ["init", 0, "changed pending remarks root workspace written"],
    ["new other", 0, "folder project written"],
    ["new other", 5, "error exit"],
    ["test other", 0, "command exitCode project"],
  ],
  "a project that is deployed, run and destroyed": [
    ["plan demo", 0, "environment platform projects"],
    ["deploy demo", 0, "durationMs environment plan projects"],
    [
      "run demo",
      0,
      "cause cost deliveries diagnosis error hold input output run startsNothing steps type",
    ],
    ["run demo --detach", 0, "environment project run"],
    ["logs demo --follow --step only", 0, "attempt item step stream text timestamp type"],
    ["status", 0, "environment projects"],
    ["status demo", 0, "cause cost deliveries diagnosis error hold input output run steps"],
    ["notify retry", 0, "deliveries environment"],
    ["runs", 0, "environment more runs"],
    ["backfill demo --from 2026-01-01 --to 2026-01-01 --yes", 0, "failed left succeeded type"],
    ["watch --once", 0, "environment findings registry"],
    ["doctor demo", 0, "account environment projects"],
    ["schedule list", 0, "environment schedules up"],
    ["schedule show demo", 0, scheduleFields],
    ["schedule next demo 2", 0, scheduleFields],
    ["schedule disable demo", 0, scheduleFields],
    ["schedule enable demo", 0, scheduleFields],
    ["stop demo", 5, "error exit"],
    ["resume demo", 5, "error exit"],
    ["destroy demo", 5, "error exit"],
    ["destroy demo --yes", 0, "durationMs environment plan projects"],
  ],
};

let folder: Awaited<ReturnType<typeof shellWorkspace>>;

function inWorkspace(): void {
  beforeAll(async () => {
    folder = await shellWorkspace({ demo: `- { id: only, command: "echo done" }` });
  });
  afterAll(() => folder[Symbol.asyncDispose]());
}

/** With `--json` every line of standard output is a document, errors too. */
async function answer(command: string): Promise<Row> {
  const { code, out } = await esteira(folder.path, [...command.split(" "), "--json"]);
  const documents = out.split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(documents.every(({ schema }) => schema === 1)).toBe(true);
  const fields = Object.keys(documents.findLast(({ type }) => type !== "event") ?? {});
  const names = fields.filter((name) => name !== "schema").toSorted();
  return [command, code ?? -1, names.join(" ")];
}

describe("with --json, whatever was done before", () => {
  inWorkspace();

  test.each(alone)("esteira %s", async (command, ...expected) => {
    expect(await answer(command)).toEqual([command, ...expected]);
  });

  test("esteira schema config", async () => {
    const { out } = await esteira(folder.path, ["schema", "config", "--json"]);
    expect(JSON.parse(out)).toHaveProperty("$schema");
  });
});

describe.each(Object.entries(stories))("with --json, %s, step by step", (_, rows) => {
  inWorkspace();
  let ready = true; // what follows a failed step would fail for want of it

  test.each(rows)("esteira %s", async (command, ...expected) => {
    expect(ready, "a step before this one failed").toBe(true);
    ready = false;
    expect(await answer(command)).toEqual([command, ...expected]);
    ready = true;
  });
});
