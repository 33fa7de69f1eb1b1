import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { environmentName } from "../core/ids.ts";
import { checkProjects } from "./check-projects.ts";
import { checkWorkspace } from "./check.ts";
import { lines, PROJECT_FILES } from "./fixtures/checked.ts";
import { keptProjects, recallAll } from "./kept-projects.ts";
import { contentHash, openKeptValues } from "./kept-values.ts";
import { filesFromRecord } from "./project-files.ts";
import type { CheckedProjects } from "./projects-by-environment.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "esteira-kept-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const config = (name: string, more = ""): string =>
  `project_name: ${name}\nversion: "1.0"\nbatch: {pipeline: {steps: [{id: one, command: python main.py}]}}\n${more}`;

interface Texts {
  readonly projects: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly workspace?: string;
  readonly shared?: Readonly<Record<string, string>>;
}

/** What a check gives, and whether it was known already. */
function check({
  projects,
  files = PROJECT_FILES,
  workspace = "workspace: acme\n",
  shared = {},
}: Texts): {
  readonly result: CheckedProjects;
  readonly recalled: CheckedProjects | undefined;
} {
  const checked = checkWorkspace(bytes(workspace), "folder");
  const inputs = Object.entries(projects).map(([name, text]) => ({
    directory: `src/projects/${name}`,
    file: `src/projects/${name}/config.yaml`,
    content: bytes(text),
    hash: contentHash(bytes(text)),
    files: filesFromRecord(files, shared),
  }));
  const values = openKeptValues(join(folder, "checked.tsv"), 100, "stamp");
  const answered = openKeptValues(join(folder, "answered.tsv"), 100, "stamp");
  const kept = keptProjects(values, answered, bytes(workspace), "folder");
  const asked = environmentName("local");
  const recalled = recallAll(checked, inputs, asked, false, kept);
  const result = checkProjects(checked, inputs, asked, false, kept);
  values.save();
  answered.save();
  return { result, recalled };
}

test("the second look gives what the first gave, problems too, without checking", () => {
  const texts = {
    projects: { a: config("a", "schedule: {cron: '0 3 31 2 *'}\n"), b: config("b") },
  };
  const first = check(texts);
  expect(first.recalled).toBe(undefined);
  expect(lines(first.result.diagnostics)).toHaveLength(1);
  expect(check(texts).recalled).toEqual(first.result);
});

test.each<[string, Partial<Texts>]>([
  ["the config", { projects: { a: config("a", "description: another\n") } }],
  ["esteira.yaml", { workspace: "workspace: other\n" }],
  ["a file that a rule read", { files: { ...PROJECT_FILES, Dockerfile: "FROM python:3.12\n" } }],
  ["a file that is gone", { files: { Dockerfile: "FROM python:3.11\n" } }],
])("%s has changed: the project is checked again", (_, changed) => {
  const texts = { projects: { a: config("a", 'runtime: {python_version: "3.11"}\n') } };
  check(texts);
  expect(check({ ...texts, ...changed }).recalled).toBe(undefined);
  // And the result is the one of a first look.
  const values = join(folder, "checked.tsv");
  const now = check({ ...texts, ...changed }).result;
  rmSync(values);
  expect(check({ ...texts, ...changed }).result).toEqual(now);
});

test("only the project that changed is checked again", () => {
  check({ projects: { a: config("a"), b: config("b") } });
  const { result } = check({ projects: { a: config("a"), b: config("b", "description: new\n") } });
  const projects = result.byEnvironment.get(environmentName("local")) ?? [];
  expect(projects.map(({ name, description }) => [name, description])).toEqual([
    ["a", ""],
    ["b", "new"],
  ]);
});

test("projects that clash are shown at their places, although each was known", () => {
  const projects = { a: config("a").replace('"1.0"', '"1-2"'), "a-1": config("a-1") };
  check({ projects: { a: projects.a } });
  check({ projects: { "a-1": projects["a-1"].replace('"1.0"', '"2"') } });
  const clashing = { projects: { ...projects, "a-1": projects["a-1"].replace('"1.0"', '"2"') } };
  const { result, recalled } = check(clashing);
  expect(recalled).toBe(undefined);
  expect(lines(result.diagnostics)).toEqual([
    'src/projects/a-1/config.yaml:2:10 ["2"] error config/duplicate-image-tag: the image tag "a-1-2" is also that of project "a"; change one of the versions, or one of the names (src/projects/a/config.yaml:2: the other version is here)',
  ]);
});

test("a package of the workspace that is gone since is noticed", () => {
  const projects = { a: config("a", "runtime: {packages: [libs/dates]}\n") };
  const texts = { projects, shared: { "libs/dates/__init__.py": "" } };
  expect(check(texts).result.diagnostics).toEqual([]);
  expect(check(texts).recalled).toBeDefined();
  const without = check({ projects });
  expect(without.recalled).toBe(undefined);
  expect(lines(without.result.diagnostics)).toEqual([
    expect.stringContaining("there is no folder libs/dates in the workspace"),
  ]);
});
