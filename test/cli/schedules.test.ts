import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { esteira } from "./cli.ts";
import { shellWorkspace, steady } from "./workspace.ts";

test("a schedule is shown, disabled, kept so by a deploy and enabled", async () => {
  await using folder = await shellWorkspace({ demo: `- { id: only, command: "echo done" }` });
  const run = async (...inputs: string[]) => {
    const { code, out, err } = await esteira(folder.path, inputs, { ESTEIRA_ACTOR: "ana" });
    return { code, text: steady(`${out}${err}`).replaceAll(/\d{4}-\d\d-\d\d/g, "<day>") };
  };
  expect(await run("schedule", "list")).toEqual({
    code: 0,
    text: "No project that is deployed to local has a schedule.",
  });
  expect(await run("schedule", "show", "demo")).toEqual({
    code: 4,
    text: "error: demo is not deployed to local\n       Deploy it first: `esteira deploy demo`.",
  });
  await run("deploy");
  expect(await run("schedule", "disable", "demo", "--reason", "a test")).toEqual({
    code: 0,
    text: "■ The schedule of demo is disabled in local, and deploys keep it so.\n  $ esteira schedule enable demo",
  });
  expect((await run("plan")).text).toBe(
    [
      "demo <hash>",
      "  ! sched-demo stays disabled: ana disabled it by hand on <day> (a test)",
      "  = nothing to change",
      "",
      "Plan for local: nothing to change in 1 project.",
    ].join("\n"),
  );
  const next = await run("schedule", "next", "demo", "1");
  expect(next.text).toMatch(
    /^It is disabled by ana, just now\.\nwould be next\n<day> 03:00 {2}in (\d+ h|\d+ min|a moment)$/,
  );
  expect(await run("schedule", "enable", "demo")).toEqual({
    code: 0,
    text: "✓ The schedule of demo is enabled in local. Next: <day> 03:00 UTC.",
  });
  expect((await run("schedule", "show", "nobody")).text).toBe(
    "error: there is no project nobody\n       This workspace has demo.",
  );
});

test("a second success of a date says that what follows was started before", async () => {
  const steps = '- { id: make, command: "true" }';
  await using made = await shellWorkspace({ features: steps, scores: steps });
  const file = join(made.path, "src/projects/scores/config.yaml");
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replace('cron: "0 3 * * *"', "after: [features]"));
  const first = await esteira(made.path, ["run", "features", "--deploy"]);
  expect(first.out).not.toContain("starts nothing");
  // It counts for the date of its start, and nobody follows it yet.
  expect((await esteira(made.path, ["deploy", "scores"])).code).toBe(0);
  expect((await esteira(made.path, ["run", "features"])).out).not.toContain("starts nothing");
  const third = await esteira(made.path, ["run", "features"]);
  expect(third.code).toBe(0);
  expect(third.out).toMatch(/\n· It starts nothing: scores-\d{8}-after was started before\.$/);
  const { out } = await esteira(made.path, ["run", "features", "--json"]);
  expect(JSON.parse(out.split("\n").at(-1) ?? "")).toMatchObject({
    startsNothing: [expect.stringMatching(/^scores-\d{8}-after$/)],
  });
});
