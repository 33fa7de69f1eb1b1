import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";

import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";

import { uvFolder } from "../rig/uv.ts";
import { binary, temporaryFolder } from "./cli.ts";

const docs = join(import.meta.dirname, "../../docs/guide");
const fixtures = join(import.meta.dirname, "../fixtures/projects");

/** A block of code, with the text before it. */
interface Block {
  readonly language: string;
  readonly code: string;
  readonly before: string;
}

async function blocksOf(page: string): Promise<readonly Block[]> {
  const text = await readFile(join(docs, page), "utf8");
  return [...text.matchAll(/([^]*?)^```(\w*)\n([^]*?)^```$/gm)].map(
    ([, before = "", language = "", code = ""]) => ({ language, code, before }),
  );
}

const guides = [
  ["script.md", "wine"],
  ["package.md", "progression"],
  ["notebooks.md", "flowers"],
  ["database.md", "clinic"],
] as const;

/** One repository for all: packages that two projects have are installed once. */
let repository: Awaited<ReturnType<typeof temporaryFolder>>;
let environment: Readonly<Record<string, string | undefined>>;
let secrets: Readonly<Record<string, string>> = {};

beforeAll(async () => {
  repository = await temporaryFolder();
  const bin = join(repository.path, ".git/bin");
  await mkdir(bin, { recursive: true });
  await execa("git", ["init", "--quiet"], { cwd: repository.path });
  const program = `#!/bin/sh\nexec ${process.execPath} ${binary} "$@"\n`;
  await writeFile(join(bin, "esteira"), program, { mode: 0o755 });
  environment = {
    HOME: process.env["HOME"],
    USER: "ana",
    TZ: "UTC",
    PATH: [bin, await uvFolder(), process.env["PATH"]].join(delimiter),
  };
});

afterAll(async () => {
  await execa("chmod", ["-R", "u+w", repository.path]);
  await repository[Symbol.asyncDispose]();
});

/** Types a block; gives what it printed. `esteira up` is ended once it is up. */
async function type(code: string): Promise<string> {
  // What is kept has to be found again: the shell knows it only while it is kept.
  const env = code.includes("secrets set") ? { ...environment, ...secrets } : environment;
  const options = { cwd: repository.path, env, extendEnv: false, all: true } as const;
  const script = code.replace(/^esteira up$/m, "");
  const typed = await execa("bash", ["-euo", "pipefail", "-c", script], {
    ...options,
    reject: false,
  });
  expect([typed.exitCode, typed.all]).toEqual([0, typed.all]);
  if (script === code) return typed.all;
  const up = execa("esteira", ["up"], { ...options, reject: false });
  for await (const line of up.iterable({ from: "all" })) {
    if (/ is up: /.test(line)) up.kill("SIGTERM");
  }
  const { exitCode, all } = await up;
  expect([exitCode, all]).toEqual([0, all]);
  return `${typed.all}\n${all}`;
}

/** Applies a block of changes to the file that the text names last. */
async function edit({ code, before }: Block, file: string): Promise<string> {
  const path = [...before.matchAll(/`(src\/projects\/[^`]+\.\w+)`/g)].at(-1)?.[1] ?? file;
  const side = (dropped: string): string =>
    code
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith(dropped))
      .map((line) => `${line.slice(1)}\n`)
      .join("");
  const text = await readFile(join(repository.path, path), "utf8");
  expect(text.split(side("+"))).toHaveLength(2);
  await writeFile(
    join(repository.path, path),
    text.replace(side("+"), () => side("-")),
  );
  return path;
}

const spaced = (text: string): string => text.replaceAll(/[ \t]+/g, " ");

test.each(guides)("%s, typed word for word", { timeout: 600_000 }, async (page, project) => {
  await cp(join(fixtures, project), repository.path, { recursive: true });
  await execa("git", ["add", "--all"], { cwd: repository.path });
  if (project === "clinic") {
    const database = join(repository.path, ".git/clinic.db");
    await execa("python3", [join(fixtures, "database/make_database.py"), database]);
    secrets = { CLINIC_DATABASE: database };
  }
  let file = "";
  let printed = "";
  for (const block of await blocksOf(page)) {
    if (block.language === "sh") printed = await type(block.code);
    if (block.language === "diff") file = await edit(block, file);
    if (block.language !== "text") continue;
    for (const line of block.code.trimEnd().split("\n")) {
      expect(spaced(printed)).toContain(spaced(line).trim());
    }
  }
  expect(printed).toMatch(new RegExp(`^${project} .*(?:03:00|Monday)`, "m"));
  expect(printed).toContain("local is up: ");
  await rm(join(repository.path, "README.md"), { force: true });
});

test.each([
  ["sklearn", "178 wines written", "accuracy 0.", "train/model.pkl"],
  ["notebook", "report of 200 rentals", "", "report/out/report.html"],
  ["lightgbm", "600 rentals written", "600 scores written", "score/scores.csv"],
])("a project by the template %s is green at once", { timeout: 600_000 }, async (kind, ...said) => {
  const name = `new-${kind}`;
  const tests = kind === "notebook" ? "" : `esteira test ${name}\n`;
  const printed = await type(
    `esteira new ${name} --template ${kind}\nesteira validate ${name}\nesteira deploy ${name}\n${tests}esteira run ${name}\nesteira artifacts ls ${name}\nesteira doctor ${name}\n`,
  );
  expect(printed).toContain("✓ requirements");
  for (const text of ["✓ Checked 1 project for local: valid.", ...said]) {
    expect(printed).toContain(text);
  }
});

test("the Portuguese pages are the same, typed", async () => {
  const pages = (await readdir(docs)).filter((name) => name.endsWith(".md"));
  expect(await readdir(join(docs, "pt-BR"))).toEqual(pages);
  for (const page of pages) {
    const code = async (path: string): Promise<readonly (readonly string[])[]> =>
      (await blocksOf(path))
        .filter(({ language }) => language !== "")
        .map((block) => [block.language, block.code]);
    expect(await code(`pt-BR/${page}`)).toEqual(await code(page));
  }
});
