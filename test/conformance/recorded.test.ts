import { describe, expect, test } from "vitest";
import { replayExecution } from "../../src/states/replay.ts";
import { simulate, type SimulateOptions } from "../../src/states/simulate.ts";
import { differences, disagreements, recordedRows } from "./rows.ts";

const rows = recordedRows();
const listed = disagreements;

describe("what the real service recorded", () => {
  test("is all there, and every listed disagreement is a row with a reason", () => {
    expect(rows).toHaveLength(397);
    const ids = new Set(rows.map((row) => row.id));
    for (const [id, reason] of Object.entries(listed)) {
      expect(ids).toContain(id);
      expect(reason.length).toBeGreaterThan(20);
    }
  });

  test.each(rows.map((row) => [row.id, row] as const))("%s", async (id, row) => {
    const found = differences(
      row,
      await simulate(row.definition, row.input, row.outcomes, unscripted),
    );
    const isListed = listed[id] !== undefined;
    expect(isListed ? [] : found).toEqual([]);
    expect(isListed && found.length === 0 ? "agrees now: take it off the list" : "").toBe("");
  });
});

describe("the histories that the recordings lead to", () => {
  test.each(rows.map((row) => [row.id, row] as const))("%s", async (_id, row) => {
    const run = await simulate(row.definition, row.input, row.outcomes, unscripted);
    for (const [index, event] of run.history.entries()) {
      expect(event.id).toBe(index + 1);
      expect(event.previousEventId).toBeLessThan(event.id);
      const first = event.id === 1 || event.previousEventId > 0;
      const entersExecution = event.type.endsWith("StateEntered");
      const childStarts = event.type === "ExecutionStarted";
      expect(first || entersExecution || childStarts).toBe(true);
    }
    const replayed = await replayExecution(
      row.definition,
      { ...simulated, input: row.input },
      run.history,
    );
    const status = run.status === "ABORTED" ? undefined : run.status;
    expect(replayed.ok ? replayed.value.outcome?.status : replayed.error).toBe(status);
  });
});

/** What the recording doesn't tell the end of had none. */
const unscripted: SimulateOptions = { otherwise: () => "never" };

/** The identity that `simulate` gives an execution. */
const simulated = {
  id: "arn:aws:states:us-east-1:111111111111:execution:simulated:simulation",
  name: "simulation",
  roleArn: "arn:aws:iam::111111111111:role/simulated",
  stateMachineId: "arn:aws:states:us-east-1:111111111111:stateMachine:simulated",
  stateMachineName: "simulated",
};
