import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { esteira, start } from "./cli.ts";
import { shellWorkspace, steady, write } from "./workspace.ts";

const always = `- { id: only, command: "echo for $ESTEIRA_SCHEDULED_TIME" }`;

const backfill = (from: string, to: string, ...more: string[]) =>
  `backfill demo --from ${from} --to ${to} --yes`.split(" ").concat(more);

test("one run for each fire of the range, oldest first; what has succeeded is left out the next time", async () => {
  await using folder = await shellWorkspace({ demo: always });
  await esteira(folder.path, ["deploy", "demo"]);

  const first = await esteira(folder.path, backfill("2026-01-01", "2026-01-03"));
  expect(steady(first.out)).toBe(`backfill demo · local

fires  3, 2026-01-01 03:00 to 2026-01-03 03:00 (UTC)
to run  3

✓ 2026-01-01 03:00  demo-<id>  <s>
✓ 2026-01-02 03:00  demo-<id>  <s>
✓ 2026-01-03 03:00  demo-<id>  <s>

✓ 3 runs succeeded.`);
  expect(first.code).toBe(0);

  const more = await esteira(
    folder.path,
    backfill("2026-01-02", "2026-01-05", "--max-active", "2"),
  );
  expect(steady(more.out).split("\n").slice(0, 5)).toEqual([
    "backfill demo · local",
    "",
    "fires  4, 2026-01-02 03:00 to 2026-01-05 03:00 (UTC)",
    "to run  2",
    "skipped  2, which have succeeded",
  ]);
  const again = await esteira(folder.path, backfill("2026-01-01", "2026-01-05"));
  expect(again.out).toContain("✓ Nothing to do: all of them have succeeded.");

  const { out } = await esteira(folder.path, ["runs", "demo", "--json"]);
  const { runs } = JSON.parse(out) as {
    runs: { run: string; trigger: string; scheduledTime: number; actor: string }[];
  };
  expect(
    runs
      .map(({ run, scheduledTime }) => [run, new Date(scheduledTime).toISOString()] as const)
      .toSorted(([a], [b]) => a.localeCompare(b)),
  ).toEqual(
    [1, 2, 3, 4, 5].map((day) => [
      `demo-2026010${day}T030000Z-b00001`,
      `2026-01-0${day}T03:00:00.000Z`,
    ]),
  );
  expect(new Set(runs.map(({ trigger, actor }) => `${trigger} ${actor}`))).toEqual(
    new Set(["backfill ana"]),
  );
  const logs = await esteira(folder.path, ["logs", "demo-20260101T030000Z-b00001"]);
  expect(logs.out).toContain("for 2026-01-01T03:00:00Z");
});

test("--with-downstream makes up for what follows too, for the dates that have succeeded", async () => {
  const fails = `- { id: only, command: "case $ESTEIRA_SCHEDULED_TIME in *-02T*) exit 3;; esac" }`;
  await using folder = await shellWorkspace({ demo: fails, scores: always });
  const file = "src/projects/scores/config.yaml";
  const config = await readFile(join(folder.path, file), "utf8");
  await write(folder.path, file, config.replace('cron: "0 3 * * *"', "after: [demo]"));
  await esteira(folder.path, ["deploy"]);
  const done = await esteira(
    folder.path,
    backfill("2026-01-01", "2026-01-03", "--with-downstream"),
  );
  expect(steady(done.out).split("\n")).toEqual([
    "backfill demo · local",
    "",
    "fires  3, 2026-01-01 03:00 to 2026-01-03 03:00 (UTC)",
    "to run  3",
    "",
    "Then scores.",
    "",
    "✓ 2026-01-01 03:00  demo-<id>  <s>",
    "✗ 2026-01-02 03:00  demo-<id>  <s>  only ended with exit code 3",
    "✓ 2026-01-03 03:00  demo-<id>  <s>",
    "",
    "✗ 1 of 3 runs failed.",
    "  Once that is fixed, the same command runs what is missing:",
    "  $ esteira backfill demo --from 2026-01-01 --to 2026-01-03 --with-downstream",
    "",
    "backfill scores · local",
    "",
    "fires  2, 2026-01-01 03:00 to 2026-01-03 03:00 (UTC)",
    "to run  2",
    "",
    "✓ 2026-01-01 03:00  scores-<id>  <s>",
    "✓ 2026-01-03 03:00  scores-<id>  <s>",
    "",
    "✓ 2 runs succeeded.",
  ]);
  expect(done.code).toBe(1);
});

test("a run that fails doesn't stop the others, and is tried again the next time", async () => {
  const fails = `- { id: only, command: "test -f ../../../ready || case $ESTEIRA_SCHEDULED_TIME in *-02T*) exit 3;; esac" }`;
  await using folder = await shellWorkspace({ demo: fails });
  await esteira(folder.path, ["deploy", "demo"]);
  const failing = await esteira(folder.path, backfill("2026-01-01", "2026-01-03"));
  expect(failing.code).toBe(1);
  expect(steady(failing.out).split("\n").slice(5)).toEqual([
    "✓ 2026-01-01 03:00  demo-<id>  <s>",
    "✗ 2026-01-02 03:00  demo-<id>  <s>  only ended with exit code 3",
    "✓ 2026-01-03 03:00  demo-<id>  <s>",
    "",
    "✗ 1 of 3 runs failed.",
    "  Once that is fixed, the same command runs what is missing:",
    "  $ esteira backfill demo --from 2026-01-01 --to 2026-01-03",
  ]);
  const lines = await esteira(folder.path, backfill("2026-01-01", "2026-01-03", "--json"));
  const documents = lines.out.split("\n").map((line) => JSON.parse(line) as object);
  expect(documents.at(0)).toMatchObject({
    type: "plan",
    items: [
      { state: "succeeded", run: "demo-20260101T030000Z-b00001" },
      { state: "to-run", run: null },
      { state: "succeeded", run: "demo-20260103T030000Z-b00001" },
    ],
  });
  expect(documents.slice(1)).toMatchObject([
    { type: "begun", run: "demo-20260102T030000Z-b00002", again: false },
    { type: "ended", run: { status: "FAILED" } },
    { type: "end", succeeded: 0, failed: 1, left: 0 },
  ]);
});

test("killed in the middle, the same command continues: nothing is run twice", async () => {
  const waits = `- { id: only, command: "echo began >> $HOME/began-$ESTEIRA_SCHEDULED_TIME; while [ ! -f $HOME/go ]; do sleep 0.05; done" }`;
  await using folder = await shellWorkspace({ demo: waits });
  const home = { HOME: folder.path };
  await esteira(folder.path, ["deploy", "demo"], home);
  const killed = start(folder.path, backfill("2026-01-01", "2026-01-03", "--json"), home);
  await new Promise<void>((resolve) => {
    killed.stdout?.on("data", (text: Buffer) => {
      if (String(text).includes('"begun"')) resolve();
    });
  });
  killed.kill("SIGKILL");
  await killed;
  await write(folder.path, "go", "");
  const second = await esteira(folder.path, backfill("2026-01-01", "2026-01-03", "--json"), home);
  const documents = second.out.split("\n").map((line) => JSON.parse(line) as { type: string });
  expect(documents.filter(({ type }) => type === "begun")).toMatchObject([
    { run: "demo-20260101T030000Z-b00001", again: true },
    { run: "demo-20260102T030000Z-b00001", again: false },
    { run: "demo-20260103T030000Z-b00001", again: false },
  ]);
  expect(documents.at(-1)).toMatchObject({ type: "end", succeeded: 3, failed: 0, left: 0 });
  const { out } = await esteira(folder.path, ["runs", "demo", "--json"], home);
  expect((JSON.parse(out) as { runs: unknown[] }).runs).toHaveLength(3);
});

test("what can't be made up for is said before anything is started", async () => {
  await using folder = await shellWorkspace({ demo: always });
  const answer = async (...inputs: string[]) => {
    const { code, err } = await esteira(folder.path, inputs);
    return `${code} ${err.replace(/\n +/, " | ")}`;
  };
  expect(await answer(...backfill("2026-01-01", "2026-01-03"))).toBe(
    "4 error: demo is not deployed to local | Deploy it first: `esteira deploy demo`.",
  );
  await esteira(folder.path, ["deploy", "demo"]);
  expect(await answer(...backfill("2026-01-01", "soon"))).toBe(
    "2 error: --to is a day or a time, such as 2026-01-31 or 2026-01-31T03:00; it can't be soon | Times are those of the schedule's zone, UTC.",
  );
  expect(await answer(...backfill("2199-01-01", "2199-01-02"))).toBe(
    "5 error: the schedule 0 3 * * * (UTC) has not fired between 2199-01-01 and 2199-01-02 yet: it lies in the future | Name a range in which it would have.",
  );
  expect(await answer(...backfill("1990-01-01", "2026-01-03"))).toBe(
    "5 error: that is more than 10000 runs | Name a shorter range; one backfill after the other does the same.",
  );
  expect(await answer("backfill", "demo", "--from", "2026-01-01", "--to", "2026-01-01")).toBe(
    "5 error: this starts runs and there is no terminal to ask on | Look at the plan, then say so: `esteira backfill demo --from 2026-01-01 --to 2026-01-01 --yes`.",
  );
});
