import { mkdir, utimes } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { esteira } from "./cli.ts";
import { projectYaml, shellWorkspace, write } from "./workspace.ts";

test("files that a project publishes are watched, no matter who makes them", async () => {
  await using folder = await shellWorkspace({});
  const { path } = folder;
  const yaml = projectYaml("demo", `- { id: only, command: "true" }`);
  const publishes = `environments: { local: { publishes: [{ uri: "file:data/scores/", fresh_within: 26h }] } }\n`;
  await write(path, "src/projects/demo/config.yaml", yaml + publishes);
  await write(path, "src/projects/demo/Dockerfile", "FROM python:3.11-slim\n");
  expect(await esteira(path, ["deploy", "demo"])).toMatchObject({ code: 0 });
  const look = async (): Promise<string> => {
    const { out } = await esteira(path, ["watch", "--once", "--json"]);
    const { findings } = JSON.parse(out) as {
      findings: { code: string; message: string; help: string }[];
    };
    return findings.map(({ code, message, help }) => `${code} ${message}: ${help}`).join("\n");
  };
  // Nothing was to be there yet.
  expect(await look()).toBe("");

  const file = "data/scores/dt=2026-01-31/part-0.csv";
  await write(path, file, "id\n");
  const day = 86_400;
  const age = async (days: number): Promise<void> => {
    const at = Date.now() / 1000 - days * day;
    await utimes(join(path, file), at, at);
  };
  await age(1);
  expect(await look()).toBe("");
  await age(3);
  const stale = (await look()).replace(/of \d{4}-.* UTC/, "of <time>");
  expect(stale).toBe(
    "watch/not-fresh file:data/scores/ of demo must be no older than 1 d 2 h: its newest is of <time>, 3 d old: `esteira runs demo` shows what ran; `esteira run demo` makes it anew where demo does that.",
  );
  // A folder that was made just now is nothing new in it.
  await mkdir(join(path, "data/scores/dt=2026-02-01"));
  expect(await look()).toContain("watch/not-fresh");
  await write(path, "data/scores/dt=2026-02-01/part-0.csv", "id\n");
  expect(await look()).toBe("");
});
