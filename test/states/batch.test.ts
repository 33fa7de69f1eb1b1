import { execa } from "execa";
import { expect, inject, test } from "vitest";

import type { HistoryEventType } from "../../src/core/history.ts";
import type { Json } from "../../src/core/json.ts";
import type { Simulation } from "../../src/states/simulate.ts";
import { differences, disagreements, recordedRows } from "../conformance/rows.ts";

const program = inject("program");

interface Answer {
  readonly id: string | null;
  readonly status: Simulation["status"];
  readonly output: Json;
  readonly error: string | null;
  readonly cause: string | null;
  readonly events: readonly HistoryEventType[];
}

function batch() {
  return execa(process.execPath, [program, "simulate", "--batch"], {
    buffer: { stderr: true, stdout: false },
    reject: false,
  });
}

/** Gives all the lines at once, reads all the answers. */
async function answers(lines: readonly (string | Uint8Array)[]): Promise<Answer[]> {
  const input = Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from("\n")]));
  const { stdout, stderr, exitCode } = await execa(
    process.execPath,
    [program, "simulate", "--batch"],
    { input, reject: false, maxBuffer: 100_000_000 },
  );
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  return stdout.split("\n").map((line) => JSON.parse(line) as Answer);
}

const pass = { StartAt: "P", States: { P: { Type: "Pass", End: true } } };
const good = (id: Json) => JSON.stringify({ id, definition: pass, input: { a: 1 } });
const goodAnswer = (id: Json) => ({
  id,
  status: "SUCCEEDED",
  output: { a: 1 },
  error: null,
  cause: null,
  events: ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"],
});
const badAnswer = (cause: string, id: Json = null) => ({
  id,
  status: "INVALID",
  output: null,
  error: "Batch.InvalidLine",
  cause,
  events: [],
});

test("all recorded executions through one process, judged as strictly as one by one", async () => {
  const rows = recordedRows();
  const given = await answers(
    rows.map(({ id, definition, input, outcomes }) =>
      JSON.stringify({ id, definition, input, outcomes }),
    ),
  );
  expect(given.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
  const different = rows.flatMap((row, index) => {
    const answer = given[index];
    if (answer === undefined) return [`${row.id}: no answer`];
    const { status, output, error, cause, events } = answer;
    const run = { status, output, error: error ?? undefined, cause: cause ?? undefined, events };
    return differences(row, { ...run, history: [], problems: [] }).map(() => row.id);
  });
  expect([...new Set(different)]).toEqual(Object.keys(disagreements));
});

test("a bad line has a bad answer, and the batch continues", async () => {
  const deep = `{"id": "deep", "definition": ${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}}`;
  const given = await answers([
    good("first"),
    "{",
    "[]",
    "null",
    '"text"',
    "   ",
    "",
    '{"id": 7}',
    '{"id": 8, "definition": "{"}',
    '{"id": 9, "definition": []}',
    '{"id": 10, "definition": {"StartAt": "A", "States": {}}}',
    JSON.stringify({ id: 11, definition: pass, outcomes: {} }),
    JSON.stringify({ id: 12, definition: pass, outcomes: [{ output: 1 }] }),
    Buffer.from([0x7b, 0xff, 0x7d]),
    JSON.stringify({ id: "text", definition: JSON.stringify(pass), input: { a: 1 } }),
    `\uFEFF${good("marked")}\r`,
    deep,
    good({ any: ["id"] }),
  ]);
  expect(given.slice(0, 4)).toMatchObject([
    goodAnswer("first"),
    { id: null, status: "INVALID", error: "Batch.InvalidLine" },
    badAnswer("The line is not a JSON object."),
    badAnswer("The line is not a JSON object."),
  ]);
  expect(given.slice(5, 15)).toMatchObject([
    badAnswer("The line has no definition.", 7),
    { id: 8, status: "INVALID", error: "INVALID_JSON_DESCRIPTION" },
    { id: 9, status: "INVALID", error: "INVALID_JSON_DESCRIPTION" },
    { id: 10, status: "INVALID", output: null, events: [] },
    badAnswer("The outcomes are not a list.", 11),
    badAnswer("Outcome 1 names no state.", 12),
    badAnswer("The line is not UTF-8."),
    goodAnswer("text"),
    goodAnswer("marked"),
    { id: "deep", status: "INVALID" },
  ]);
  expect(given.slice(15)).toEqual([goodAnswer({ any: ["id"] })]);
});

test("an answer comes before the next line is asked for", async () => {
  const process = batch();
  const lines = process.iterable({ from: "stdout" })[Symbol.asyncIterator]();
  for (const id of ["one", "two", "three"]) {
    process.stdin.write(`${good(id)}\n`);
    expect(JSON.parse(String((await lines.next()).value))).toEqual(goodAnswer(id));
  }
  // The last line needs no line break.
  process.stdin.end(good("four"));
  expect(JSON.parse(String((await lines.next()).value))).toEqual(goodAnswer("four"));
  expect((await lines.next()).done).toBe(true);
  expect((await process).exitCode).toBe(0);
});

test("anyone who stops reading ends it quietly", async () => {
  const process = batch();
  process.stdin.on("error", () => undefined);
  process.stdin.write(`${good(1)}\n`.repeat(50_000));
  process.stdin.end();
  for await (const _line of process.iterable({ from: "stdout" })) break;
  process.stdout.destroy();
  const { stderr } = await process;
  expect(stderr).toBe("");
});
