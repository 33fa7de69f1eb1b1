import { expect, test } from "vitest";

import { esteira } from "./cli.ts";
import { shellWorkspace } from "./workspace.ts";

const scheduleFields =
  "configured cron deadline disabledBy environment expression hold name next overlap project state timezone words";

/**
 * What each command answers with `--json`, in an order in which each has something to say: exit
 * code and fields.
 */
const answers: readonly (readonly [command: string, code: number, fields: string])[] = [
  ["run demo", 4, "error exit"],
  ["init", 0, "root workspace written"],
  ["new other", 0, "folder project written"],
  ["new other", 5, "error exit"],
  ["validate", 0, "diagnostics environments projects valid"],
  ["plan demo", 0, "environment platform projects"],
  ["deploy demo", 0, "durationMs environment plan projects"],
  ["run demo", 0, "cause cost deliveries diagnosis error input output run steps type"],
  ["run demo --detach", 0, "environment project run"],
  ["logs demo --follow --step only", 0, "attempt item step stream text timestamp type"],
  ["status", 0, "environment projects"],
  ["status demo", 0, "cause cost deliveries diagnosis error input output run steps"],
  ["notify retry", 0, "deliveries environment"],
  ["runs", 0, "environment more runs"],
  ["backfill demo --from 2026-01-01 --to 2026-01-01 --yes", 0, "failed left succeeded type"],
  ["watch --once", 0, "environment findings"],
  ["doctor demo", 0, "account environment projects"],
  ["schedule list", 0, "environment schedules up"],
  ["schedule show demo", 0, scheduleFields],
  ["schedule next demo 2", 0, scheduleFields],
  ["schedule disable demo", 0, scheduleFields],
  ["schedule enable demo", 0, scheduleFields],
  ["stop demo", 5, "error exit"],
  ["resume demo", 5, "error exit"],
  ["test other", 0, "command exitCode project"],
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
  ["destroy demo", 5, "error exit"],
  ["destroy demo --yes", 0, "durationMs environment plan projects"],
  ["nothing-like-it", 2, "error exit"],
  ["run", 2, "error exit"],
];

test("with --json every line of stdout is a document, errors too", async () => {
  await using folder = await shellWorkspace({ demo: `- { id: only, command: "echo done" }` });
  const given: (typeof answers)[number][] = [];
  for (const [command] of answers) {
    const { code, out } = await esteira(folder.path, [...command.split(" "), "--json"]);
    const documents = out.split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(documents.every(({ schema }) => schema === 1)).toBe(true);
    const fields = Object.keys(documents.findLast(({ type }) => type !== "event") ?? {});
    given.push([
      command,
      code ?? -1,
      fields
        .filter((name) => name !== "schema")
        .toSorted()
        .join(" "),
    ]);
  }
  expect(given).toEqual(answers);
  const { out } = await esteira(folder.path, ["schema", "config", "--json"]);
  expect(JSON.parse(out)).toHaveProperty("$schema");
});
