import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { binary, esteira } from "./cli/cli.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const operations = join(root, "docs/operations");

/** What follows `name=` in a unit, as often as it is there. */
function valuesOf(unit: string, name: string): readonly string[] {
  return unit
    .split("\n")
    .flatMap((line) => (line.startsWith(`${name}=`) ? [line.slice(name.length + 1)] : []));
}

/** What systemd has to say about a unit; nothing where there is no systemd. */
function verdictOn(unit: string): string {
  const analyze = "/usr/bin/systemd-analyze";
  if (!existsSync(analyze)) return "";
  const folder = mkdtempSync(join(tmpdir(), "esteira-unit-"));
  try {
    const path = join(folder, "esteira-up.service");
    writeFileSync(path, unit);
    execFileSync(analyze, ["verify", "--man=no", "--recursive-errors=no", path], { stdio: "pipe" });
    return "";
  } catch (error) {
    return String((error as { readonly stderr: Buffer }).stderr);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Ends as `--help` does when flags and command are right, whatever they would do. */
async function isCommand(words: readonly string[]): Promise<boolean> {
  const { code, out } = await esteira(root, [...words, "--help"]);
  const flags = words.filter((word) => word.startsWith("--"));
  return code === 0 && flags.every((flag) => out.includes(flag));
}

test("the unit is one that systemd takes, and starts a command that there is", async () => {
  const unit = readFileSync(join(operations, "esteira-up.service"), "utf8");
  const [command = ""] = valuesOf(unit, "ExecStart");
  const [program, ...words] = command.split(" ");
  expect(program).toMatch(/\/esteira$/);
  expect(await isCommand(words)).toBe(true);
  expect(valuesOf(unit, "KillMode")).toEqual(["process"]);
  const drain = Number(words[words.indexOf("--drain") + 1]);
  expect(Number(valuesOf(unit, "TimeoutStopSec")[0])).toBeGreaterThan(drain);

  // Its program and its user are of another machine.
  const here = unit
    .replace(program ?? "", binary)
    .replace(/^User=.*$/m, "User=root")
    .replace(/^WorkingDirectory=.*$/m, "WorkingDirectory=/tmp");
  expect(verdictOn(here)).toBe("");
});

test("the Dockerfile copies what there is, and starts a command that there is", async () => {
  const text = readFileSync(join(operations, "Dockerfile"), "utf8").replaceAll("\\\n", " ");
  const copied = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = ""]) =>
    sources.split(" "),
  );
  expect(copied.length).toBeGreaterThan(4);
  expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  const command = /^CMD (\[.*\])$/m.exec(text)?.[1] ?? "[]";
  expect(await isCommand(JSON.parse(command) as string[])).toBe(true);
  const page = readFileSync(join(operations, "up.md"), "utf8");
  const drain = Number((JSON.parse(command) as string[]).at(-1));
  expect(Number(/--stop-timeout (\d+)/.exec(page)?.[1])).toBeGreaterThan(drain);
});
