import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");

/** Which folders of `src/` each folder may import. */
const below = ["core", "schedule", "config", "pipeline", "release", "states", "runs"];
const platforms = ["aws", "local", "model-registry", "governance"];
const allowed: Readonly<Record<string, readonly string[]>> = {
  core: [],
  schedule: ["core"],
  states: ["core"],
  runs: ["core"],
  oci: ["core"],
  config: ["core", "schedule"],
  pipeline: ["core", "schedule", "config"],
  release: ["core", "schedule", "config", "pipeline"],
  platform: below,
  aws: [...below, "oci", "platform"],
  local: [...below, "platform"],
  "model-registry": [...below, "platform"],
  governance: [...below, "platform"],
  app: [...below, "oci", "platform", ...platforms],
  cli: [...below, "oci", "platform", ...platforms, "app"],
  console: [...below, "oci", "platform", ...platforms, "app"],
};
const folders = Object.keys(allowed);

/** Files that are in the repository's place, each with what it imports. */
const files: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    folders.flatMap((folder) => {
      const others = folders.filter((other) => other !== folder);
      const imports = (up: string): string =>
        others
          .map((other) => `export { x as x${folders.indexOf(other)} } from "${up}${other}/x.ts";\n`)
          .join("");
      return [
        [`src/${folder}/all.ts`, imports("../")],
        [`src/${folder}/deep/all.ts`, imports("../../")],
        [`src/${folder}/all.test.ts`, imports("../")],
      ];
    }),
  ),
  "src/aws/types.ts": 'import type { X } from "../local/x.ts";\nexport type Y = X;\n',
  "src/aws/lazy.ts": 'export const x = async () => import("../local/x.ts");\n',
  "src/aws/helped.test.ts": 'export { x } from "../../test/rig/x.ts";\n',
  "src/states/impure.ts": 'export { readFileSync } from "node:fs";\n',
  "src/states/hash.ts": 'export { createHash } from "node:crypto";\n',
  "src/states/fixture.test.ts": 'export { readFileSync } from "node:fs";\n',
  // A circle of values, and one of types alone.
  "src/core/one.ts": 'import { two } from "./two.ts";\nexport const one = (): number => two();\n',
  "src/core/two.ts": 'import { one } from "./one.ts";\nexport const two = (): number => one();\n',
  "src/core/egg.ts":
    'import type { Hen } from "./hen.ts";\nexport interface Egg {\n  readonly of: Hen;\n}\n',
  "src/core/hen.ts":
    'import type { Egg } from "./egg.ts";\nexport interface Hen {\n  readonly lays: Egg;\n}\n',
  "web/pages/types.ts": [
    'import type { A } from "../../src/app/documents/x.ts";',
    'import type { B } from "../../src/console/api/x.ts";',
    "export type C = A | B;\n",
  ].join("\n"),
  "web/pages/values.ts": [
    'export { a } from "../../src/app/documents/x.ts";',
    'export { b } from "../../src/console/api/x.ts";\n',
  ].join("\n"),
  "web/pages/others.ts": [
    'import type { A } from "../../src/core/x.ts";',
    'import type { B } from "../../src/app/runs/x.ts";',
    'import type { C } from "../../src/console/http/x.ts";',
    'import type { D } from "../../test/x.ts";',
    "export type E = A | B | C | D;\n",
  ].join("\n"),
  "web/pages/impure.ts": 'export { readFileSync } from "node:fs";\n',
};

let workspace: string;
/** What the linter said of imports: file, then message. */
let refusals: readonly { readonly file: string; readonly message: string }[];

beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), "esteira-directions-"));
  await cp(join(root, ".oxlintrc.json"), join(workspace, ".oxlintrc.json"));
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(workspace, file)), { recursive: true });
    await writeFile(join(workspace, file), text);
  }
  const { stdout } = await execa(
    join(root, "node_modules/.bin/oxlint"),
    ["--format", "json", "src", "web"],
    { cwd: workspace, reject: false },
  );
  const { diagnostics } = JSON.parse(stdout) as {
    readonly diagnostics: readonly {
      code: string;
      filename: string;
      message: string;
      help: string;
    }[];
  };
  refusals = diagnostics
    .filter(({ code }) => /\((no-restricted-imports|no-nodejs-modules|no-cycle)\)/.test(code))
    .map(({ filename, message, help }) => ({ file: filename, message: `${message} ${help}` }));
});

afterAll(async () => {
  await rm(workspace, { recursive: true });
});

const saidOf = (file: string): string[] =>
  refusals.filter((refusal) => refusal.file === file).map(({ message }) => message);

const refused = (path: string, why: string): string =>
  `'${path}' import is restricted from being used by a pattern. ${why}`;

describe("the linter refuses an import against the direction", () => {
  test.each(folders)("from %s", (folder) => {
    const may = allowed[folder] ?? [];
    const why = `${folder} imports ${may.length === 0 ? "nothing of ours" : `only ${may.join(", ")}`}.`;
    const messages = (up: string): string[] =>
      folders
        .filter((other) => other !== folder && !may.includes(other))
        .map((other) => refused(`${up}${other}/x.ts`, why))
        .toSorted();

    expect(saidOf(`src/${folder}/all.ts`).toSorted()).toEqual(messages("../"));
    expect(saidOf(`src/${folder}/deep/all.ts`).toSorted()).toEqual(messages("../../"));
    expect(saidOf(`src/${folder}/all.test.ts`).toSorted()).toEqual(messages("../"));
  });

  const why =
    "aws imports only core, schedule, config, pipeline, release, states, runs, oci, platform.";
  test.each(["src/aws/types.ts", "src/aws/lazy.ts"])("however it is written: %s", (file) => {
    expect(saidOf(file)).toEqual([refused("../local/x.ts", why)]);
  });
});

test("a test may use what is in test/", () => {
  expect(saidOf("src/aws/helped.test.ts")).toEqual([]);
});

test("the pure folders may hash but not read files; their tests may", () => {
  expect(saidOf("src/states/impure.ts")).toHaveLength(1);
  expect(saidOf("src/states/hash.ts")).toEqual([]);
  expect(saidOf("src/states/fixture.test.ts")).toEqual([]);
});

test.each([
  ["of values", "src/core/one.ts", "src/core/two.ts"],
  ["of types alone", "src/core/egg.ts", "src/core/hen.ts"],
])("the linter refuses a circle %s", (_what, ...circle) => {
  for (const file of circle) expect(saidOf(file)).toEqual([expect.stringMatching(/cycle/i)]);
});

describe("the console's pages", () => {
  const why = "web imports types of the API's documents and routes only.";

  test("may import the types of documents and routes", () => {
    expect(saidOf("web/pages/types.ts")).toEqual([]);
  });

  test("may not import their values", () => {
    const paths = ["app/documents", "console/api"];
    const messages = paths.map((path) => refused(`../../src/${path}/x.ts`, why));
    expect(saidOf("web/pages/values.ts").toSorted()).toEqual(messages);
  });

  test("may import nothing else, not even types, and nothing of Node's", () => {
    const paths = ["src/app/runs", "src/console/http", "src/core", "test"];
    const messages = paths.map((path) => refused(`../../${path}/x.ts`, why));
    expect(saidOf("web/pages/others.ts").toSorted()).toEqual(messages);
    expect(saidOf("web/pages/impure.ts")).toHaveLength(1);
  });
});
