import { CHILD, textOf, type HistoryEvent } from "../../../src/core/history.ts";

/** The interpreter has the items of a distributed Map in the run's history; AWS has them apart. */
export function ownHistory(events: readonly HistoryEvent[]): readonly HistoryEvent[] {
  return renumbered(events.filter(({ details }) => details[CHILD] === undefined));
}

/** The row of ListExecutions for each item of a Map run. */
export function itemsOf(events: readonly HistoryEvent[], mapRunArn: string) {
  const run = events.find(
    ({ type, details }) => type === "MapRunStarted" && details["mapRunArn"] === mapRunArn,
  );
  return events
    .filter(({ type, details }) => type === "ExecutionStarted" && isOf(details[CHILD], run?.id))
    .map(({ timestamp, details }) => {
      const child = textOf(details, CHILD) ?? "";
      const end = events.find((event) => event.details[CHILD] === child && endings.has(event.type));
      // Of items that are given up with their Map run the interpreter records no end.
      const over = events.findLast(({ type }) =>
        /^MapRun(Failed|Aborted)|^Execution(Aborted|Failed)$/.test(type),
      );
      const ended = end ?? over;
      const arn = `${mapRunArn.replace(":mapRun:", ":execution:")}-${child.replace(":", "-")}`;
      return {
        executionArn: arn,
        stateMachineArn: "",
        name: arn.split(":").at(-1) ?? "",
        status:
          (ended === undefined ? undefined : endings.get(ended.type)) ??
          (ended ? "ABORTED" : "RUNNING"),
        startDate: timestamp / 1000,
        ...(ended === undefined ? {} : { stopDate: ended.timestamp / 1000 }),
        redriveCount: 0,
      };
    });
}

/** The history of one item. */
export function itemHistory(
  histories: readonly (readonly HistoryEvent[])[],
  arn: string,
): readonly HistoryEvent[] {
  const [, run, index] = /-(\d+)-(\d+)$/.exec(arn) ?? [];
  const child = `${run}:${index}`;
  const runArn = arn.replace(":execution:", ":mapRun:").replace(/-\d+-\d+$/, "");
  const events = histories.find((all) =>
    all.some(({ details }) => details["mapRunArn"] === runArn),
  );
  return renumbered((events ?? []).filter(({ details }) => details[CHILD] === child));
}

const endings = new Map<string, string>([
  ["ExecutionSucceeded", "SUCCEEDED"],
  ["ExecutionFailed", "FAILED"],
]);

function isOf(child: unknown, run: number | undefined): boolean {
  return typeof child === "string" && run !== undefined && child.startsWith(`${run}:`);
}

function renumbered(events: readonly HistoryEvent[]): readonly HistoryEvent[] {
  const ids = new Map(events.map(({ id }, index) => [id, index + 1]));
  return events.map(({ id, previousEventId, details, ...event }) => {
    const { [CHILD]: _child, ...own } = details;
    return {
      ...event,
      id: ids.get(id) ?? 0,
      previousEventId: ids.get(previousEventId) ?? 0,
      details: own,
    };
  });
}
