import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { esteira } from "./cli.ts";
import { shellWorkspace, steady, write } from "./workspace.ts";

const steps = `- { id: extract, command: "mkdir data && cat source.txt > data/rows", outputs: ["data/"], cache: true }
- { id: train, command: "sort data/rows > model", outputs: ["model"], cache: {ttl: 7d} }
- { id: publish, command: "cat model" }`;

test("outputs are taken from the run that made them; run, status and plan say from which, or what differs", async () => {
  await using made = await shellWorkspace({ recsys: steps });
  await write(made.path, "src/projects/recsys/source.txt", "b\na\n");
  const run = async (...flags: readonly string[]) => {
    const ended = await esteira(made.path, ["run", "recsys", ...flags]);
    expect(ended).toMatchObject({ code: 0 });
    const id = /recsys-\d{8}T\d{6}Z-[0-9a-z]{6}/.exec(ended.out)?.[0] ?? "";
    const lines = ended.out.split("\n");
    const said = lines.slice(lines.findIndex((line) => line.includes("Succeeded in")) + 1);
    return {
      id,
      said: said
        .map((line) => line.trim())
        .join(" ")
        .replace(/ What it left: .*$/, ""),
    };
  };
  const planned = async () => {
    const plan = await esteira(made.path, ["plan", "recsys"]);
    return plan.out
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line.startsWith("i the next run"));
  };
  expect(await esteira(made.path, ["deploy", "recsys"])).toMatchObject({ code: 0 });
  const first = await run();
  expect(first.said).toBe(
    "extract ran, and wasn't taken from the cache: no run has left anything for it yet. train ran, and wasn't taken from the cache: no run has left anything for it yet.",
  );
  const second = await run();
  expect(second.said).toBe(
    `extract was taken from run ${first.id}. train was taken from run ${first.id}.`,
  );
  const logs = await esteira(made.path, ["logs", second.id, "--step", "publish"]);
  expect(logs.out).toMatch(/a\n.*b$/);
  const status = JSON.parse((await esteira(made.path, ["status", second.id, "--json"])).out) as {
    readonly steps: readonly { readonly attempts: readonly object[] }[];
  };
  expect(status.steps[0]?.attempts).toMatchObject([{ cache: { outcome: "taken", run: first.id } }]);

  const third = await run("--no-cache");
  expect(third.said).toBe(
    "extract ran, and wasn't taken from the cache: the run was asked not to take anything from the cache. train ran, and wasn't taken from the cache: the run was asked not to take anything from the cache.",
  );
  expect(steady((await planned()).join("\n"))).toBe(
    `i the next run takes extract from run recsys-<id>, unless its inputs differ
i the next run takes train from run recsys-<id>, unless its inputs differ`,
  );
  // Its own files, in the place where they are kept.
  await rm(join(made.path, ".esteira/artifacts/recsys", third.id, "_outputs/train"), {
    recursive: true,
  });
  expect(await planned()).toContain(
    `i the next run runs train: the files that run ${third.id} left are gone`,
  );
  const fourth = await run();
  expect(fourth.said).toBe(
    `extract was taken from run ${third.id}. train ran, and wasn't taken from the cache: the files that run ${third.id} left are gone.`,
  );

  await write(made.path, "src/projects/recsys/source.txt", "c\n");
  expect((await planned())[0]).toBe(
    `i the next run runs extract: the code has changed since run ${third.id}`,
  );
  const listed = await readdir(join(made.path, ".esteira/artifacts/recsys"));
  expect(listed.filter((name) => !name.startsWith("recsys-"))).toEqual(["_cache"]);
}, 120_000);
