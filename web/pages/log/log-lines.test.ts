import { afterEach, beforeAll, expect, test, vi } from "vitest";

import { eventLogAnswer } from "./fixtures/event-log.ts";
import type { LogLines } from "./log-lines.ts";

let module: typeof import("./log-lines.ts");
beforeAll(async () => {
  vi.stubGlobal("localStorage", { getItem: () => null });
  module = await import("./log-lines.ts");
});
afterEach(() => vi.unstubAllGlobals());

const mostKept = 10_000;

/** A log that grows, behind the console's API. */
function openLog() {
  const written: string[] = [];
  const asked: string[] = [];
  vi.stubGlobal("fetch", (address: string) => {
    asked.push(address);
    const { searchParams } = new URL(address, "http://console");
    return Promise.resolve(Response.json(eventLogAnswer(written, searchParams)));
  });
  const of = { environment: "prd", run: "r", step: "s", attempt: undefined, item: undefined };
  return {
    lines: new module.LogLines(of),
    asked,
    write: (count: number): void => {
      for (let line = 0; line < count; line += 1) written.push(`line ${written.length}`);
    },
  };
}

const shown = (lines: LogLines): (string | undefined)[] => [
  lines.line(0)?.text,
  lines.line(lines.count - 1)?.text,
];

/** All that was asked is answered. */
const settled = () => new Promise((resolve) => void setTimeout(resolve, 5));

test("a log that is watched for hours keeps its newest lines; older ones are read again above", async () => {
  const { lines, write } = openLog();
  write(300);
  await lines.open(undefined);
  let moved = 0;
  for (let look = 0; look < 400; look += 1) {
    write(100);
    await lines.refresh();
    lines.want(lines.count - 40, lines.count - 1);
    expect(lines.count).toBeLessThanOrEqual(mostKept + 500);
  }
  expect(lines.line(lines.count - 1)?.text).toBe("line 40299");
  const first = Number(lines.line(0)?.id.slice(1));
  // What is shown moves up by what has gone.
  expect(lines.before.value).toBe(-first);
  moved = lines.before.value;
  for (let look = 0; look < 30; look += 1) {
    lines.want(0, 40);
    await settled();
  }
  expect(Number(lines.line(0)?.id.slice(1))).toBe(first - 30 * 500);
  expect(lines.before.value).toBe(moved + 30 * 500);
  expect(lines.count).toBeLessThanOrEqual(mostKept + 500);
  // Its end isn't here any more: it isn't put behind a gap.
  write(10);
  await lines.refresh();
  expect(lines.line(lines.count - 1)?.text).not.toBe("line 40309");
  const places = Array.from({ length: lines.count }, (_, at) =>
    Number(lines.line(at)?.id.slice(1)),
  );
  expect(places).toEqual(places.map((_, index) => (places[0] ?? 0) + index));
  await lines.toNewest();
  expect(shown(lines)).toEqual(["line 39810", "line 40309"]);
  write(1);
  await lines.refresh();
  expect(shown(lines)[1]).toBe("line 40310");
});

test("a link to an event opens the log there, and from there to its end", async () => {
  const { lines, asked, write } = openLog();
  write(5_000);
  await lines.open({ by: "event", id: "t1200" });
  expect(asked).toEqual(["/api/v1/environments/prd/runs/r/log?step=s&lines=500&from_event=t1200"]);
  expect(lines.indexOf({ by: "event", id: "t1200" })).toBe(0);
  lines.want(0, 40);
  await settled();
  expect(lines.indexOf({ by: "event", id: "t1200" })).toBe(500);
  for (let look = 0; look < 20; look += 1) {
    lines.want(lines.count - 40, lines.count - 1);
    await settled();
  }
  expect(shown(lines)).toEqual(["line 700", "line 4999"]);
  write(1);
  await lines.refresh();
  expect(shown(lines)).toEqual(["line 700", "line 5000"]);
});
