import { expect, test } from "vitest";

import { systemTiming } from "../sdk/timing.ts";
import type { AwsContext } from "../sdk/context.ts";
import type { HistoryEvent } from "../../core/history.ts";
import { foldRun } from "../../runs/fold.ts";
import { openItemHistories } from "./item-histories.ts";

const mapRun = "arn:aws:states:us-east-1:123456789012:mapRun:recsys-workflow/each:5c1b";

/** Step Functions with items of one Map run, the last of which failed; counts what it is asked. */
function stepFunctions(count: number) {
  const asked: Record<string, number> = {};
  const status = (index: number) => (index === count - 1 ? "FAILED" : "SUCCEEDED");
  const answer = (name: string, input: Record<string, unknown>) => {
    if (name === "ListExecutionsCommand") {
      const from = Number(input["nextToken"] ?? 0);
      const to = Math.min(from + 1000, count);
      return {
        executions: Array.from({ length: to - from }, (_, n) => {
          const index = count - 1 - from - n;
          const startDate = new Date(index * 1000);
          const stopDate = new Date(index * 1000 + 500);
          return { executionArn: `arn:${index}`, status: status(index), startDate, stopDate };
        }),
        ...(to < count ? { nextToken: String(to) } : {}),
      };
    }
    const index = Number(String(input["executionArn"]).slice("arn:".length));
    const timestamp = new Date(index * 1000);
    const environment = [{ Name: "ESTEIRA_STEP", Value: "each" }];
    const parameters = { Overrides: { ContainerOverrides: [{ Environment: environment }] } };
    const end = status(index) === "FAILED" ? "Failed" : "Succeeded";
    const events = [
      {
        type: "ExecutionStarted",
        executionStartedEventDetails: { input: JSON.stringify({ index }) },
      },
      { type: "PassStateEntered", stateEnteredEventDetails: { name: "Take item of each" } },
      { type: "TaskStateEntered", stateEnteredEventDetails: { name: "Item of each" } },
      {
        type: "TaskScheduled",
        taskScheduledEventDetails: { parameters: JSON.stringify(parameters) },
      },
      { type: `Task${end}` },
      { type: `Execution${end}` },
    ];
    return {
      events: events.map((event, at) => ({ id: at + 1, previousEventId: at, timestamp, ...event })),
    };
  };
  const send = (command: { readonly input: Record<string, unknown> }) => {
    const { name } = command.constructor;
    asked[name] = (asked[name] ?? 0) + 1;
    return Promise.resolve(answer(name, command.input));
  };
  const context = { clients: { sfn: { send } }, timing: systemTiming } as unknown as AwsContext;
  return { context, asked };
}

test("of ten thousand items no more than some are read whole, what failed among them", async () => {
  const { context, asked } = stepFunctions(10_000);
  const history: HistoryEvent[] = [
    { id: 1, previousEventId: 0, type: "ExecutionStarted", timestamp: 0, details: {} },
    { id: 2, previousEventId: 1, type: "MapStateEntered", timestamp: 0, details: { name: "each" } },
    { id: 3, previousEventId: 2, type: "MapRunStarted", timestamp: 0, details: {} },
  ];
  const items = openItemHistories(context, (event) => {
    history.push({ id: history.length + 1, ...event });
    return history.length;
  });
  items.begun(mapRun, 3);
  expect(items.complete).toBe(false);
  let reads = 1;
  while (await items.read()) reads += 1;
  expect({ complete: items.complete, reads, asked }).toEqual({
    complete: true,
    reads: 3,
    asked: { ListExecutionsCommand: 30, GetExecutionHistoryCommand: 501 },
  });

  const [step] = foldRun(history, [{ id: "each", name: "each" }]).steps;
  const attempts = step?.attempts ?? [];
  expect(attempts).toHaveLength(10_000);
  expect(attempts.filter(({ status }) => status === "succeeded")).toHaveLength(9999);
  // Those that are not read have ended, and nobody knows for which item they were.
  expect(attempts.filter(({ item }) => item !== undefined)).toHaveLength(501);
  expect(attempts.find(({ status }) => status === "failed")).toMatchObject({ item: 9999 });
});
