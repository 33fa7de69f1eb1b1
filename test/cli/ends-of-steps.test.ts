import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import type { DocumentOf } from "../../src/app/documents/documents.ts";
import { esteira, start } from "./cli.ts";
import { shellWorkspace } from "./workspace.ts";

/** One project for each way to end. */
const commands = {
  hit: "kill -9 $$",
  said: "exit 137",
  own: "timeout 1 sleep 60",
  cut: "echo up; sleep 60",
  fine: "echo done",
} as const;

test("exit codes 137 and 124 come with what this machine knows of them, with figures", async () => {
  await using workspace = await shellWorkspace(
    Object.fromEntries(
      Object.entries(commands).map(([name, command]) => [
        name,
        `- { id: work, name: Work, command: "${command}" }`,
      ]),
    ),
  );
  const cwd = workspace.path;
  expect((await esteira(cwd, ["deploy"])).code).toBe(0);
  const status = async (project: string): Promise<DocumentOf<"run">> =>
    JSON.parse((await esteira(cwd, ["status", project, "--json"])).out) as DocumentOf<"run">;

  const running = start(cwd, ["run", "cut"]);
  const folder = join(cwd, ".esteira/runs");
  const identities = (): string[] =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
      path.endsWith("/identity.json"),
    );
  await expect.poll(() => identities().length, { timeout: 30_000 }).toBe(1);
  const [identity = ""] = identities();
  const { pid } = JSON.parse(readFileSync(join(folder, identity), "utf8")) as { pid: number };
  process.kill(pid, "SIGKILL");
  await running;
  for (const project of ["hit", "said", "own", "fine"]) await esteira(cwd, ["run", project]);

  const said: Record<string, unknown> = {};
  const measured: Record<string, boolean> = {};
  for (const project of Object.keys(commands)) {
    const { diagnosis, steps } = await status(project);
    const [attempt] = steps[0]?.attempts ?? [];
    said[project] = [
      attempt?.exitCode,
      attempt?.endedBy,
      diagnosis?.code,
      diagnosis?.message
        .replaceAll(/at most [\d.]+ of/g, "at most <n> of")
        .replaceAll(/less than 1 s|\d+ s(?= of)/g, "<t>"),
    ];
    measured[project] = (attempt?.peakMemoryBytes ?? 0) > 0;
  }
  expect(measured).toEqual({ hit: true, said: true, own: true, cut: false, fine: true });
  const used = "it used at most <n> of 0.06 GiB of memory, and ran for <t> of at most 1 min 40 s";
  expect(said).toEqual({
    hit: [137, "itself", "run/killed", `work was killed (exit code 137): ${used}`],
    said: [137, "itself", "run/killed", `work was killed (exit code 137): ${used}`],
    own: [
      124,
      "itself",
      "run/own-time-limit",
      `work ended with exit code 124, and not by its time limit: ${used}`,
    ],
    cut: [
      137,
      "supervisor-lost",
      "run/machine-lost",
      "work was cut off: the process that supervises it was killed, and the step with it",
    ],
    fine: [0, "itself", undefined, undefined],
  });
  const table = async (project: string): Promise<string> =>
    (await esteira(cwd, ["status", project])).out;
  expect(await table("fine")).toMatch(/work .* 0 {2}[\d.]+ of 0\.06 GiB/);
  expect(await table("cut")).toMatch(/work .* 137 {2}.*unknown/);
});

test("a step that was tried again is diagnosed by what its last attempt wrote", async () => {
  await using workspace = await shellWorkspace({
    again: `- { id: work, command: "date +at-%s%N; exit 3", retries: 1, retry: {interval_seconds: 1} }`,
  });
  const cwd = workspace.path;
  expect(await esteira(cwd, ["deploy"])).toMatchObject({ code: 0 });
  const { out } = await esteira(cwd, ["run", "again"]);
  const written = [...out.matchAll(/at-\d+/g)].map(([text]) => text);
  expect(new Set(written).size).toBe(2);
  const status = await esteira(cwd, ["status", "again"]);
  expect(status.out).toContain(`work ended with exit code 3: ${written[1]}`);
}, 120_000);
