import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterEach, expect, test } from "vitest";

import { lines } from "../config/fixtures/checked.ts";
import { loadWorkspace } from "../config/load.ts";
import { outsideImports } from "./outside-imports.ts";

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

async function imported(
  files: Readonly<Record<string, string>>,
  packages = "",
): Promise<readonly string[]> {
  const root = mkdtempSync(join(tmpdir(), "esteira-imports-"));
  roots.push(root);
  const runtime = packages === "" ? "" : `runtime: { packages: [${packages}] }\n`;
  const all = {
    "esteira.yaml": "workspace: test\n",
    "src/projects/demo/config.yaml": `project_name: demo\nversion: "1.0"\n${runtime}`,
    "libs/pricing/pyproject.toml": '[project]\nname = "acme-pricing"\nversion = "1"\n',
    "libs/pricing/src/pricing/__init__.py": "",
    "common/dates/__init__.py": "",
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const { projects, projectDirectories, root: real } = await loadWorkspace(root, "local");
  return lines(await outsideImports(real, projects, projectDirectories));
}

const place = "src/projects/demo";
const alone = "and no step would find it: the image is built from the project's folder alone";

test("an import of a package that is beside the projects is refused, with the remedy", async () => {
  const main = 'import json\nimport os, pricing\nfrom dates import today\nprint("hello")\n';
  expect(await imported({ [`${place}/main.py`]: main })).toEqual([
    `${place}/main.py:2:12 [pricing] error source/import-outside: pricing is in libs/pricing, outside of the project, ${alone}; name it in config.yaml: runtime: { packages: [libs/pricing] }`,
    `${place}/main.py:3:6 [dates] error source/import-outside: dates is in common/dates, outside of the project, ${alone}; name it in config.yaml: runtime: { packages: [common/dates] }`,
  ]);
  expect(await imported({ [`${place}/main.py`]: main }, "common/dates")).toEqual([
    `${place}/main.py:2:12 [pricing] error source/import-outside: pricing is in libs/pricing, outside of the project, ${alone}; name it in config.yaml: runtime: { packages: [common/dates, libs/pricing] }`,
  ]);
  expect(
    await imported({ [`${place}/main.py`]: "from libs.pricing.src import pricing\n" }),
  ).toEqual([
    `${place}/main.py:1:6 [libs] error source/import-outside: libs is a folder of the workspace, outside of the project, ${alone}; name the package in it in config.yaml: runtime: { packages: [libs/pricing] }; and import it by its own name, as in \`import pricing\``,
  ]);
});

test("what is shared, installed, the project's own or Python's is none", async () => {
  const main = `${place}/main.py`;
  expect(await imported({ [main]: "import pricing\n" }, "libs/pricing")).toEqual([]);
  expect(
    await imported({ [main]: "import pricing\n", [`${place}/requirements.txt`]: "pricing==2\n" }),
  ).toEqual([]);
  expect(await imported({ [main]: "import dates\n", [`${place}/steps/dates.py`]: "" })).toEqual([]);
  const dockerfile = "FROM python:3.11-slim\nRUN pip install dates\n";
  expect(await imported({ [main]: "import dates\n", [`${place}/Dockerfile`]: dockerfile })).toEqual(
    [],
  );
  expect(
    await imported({ [main]: "try:\n    import pricing\nexcept ImportError:\n    pass\n" }),
  ).toEqual([]);
  expect(await imported({ [`${place}/tests/test_it.py`]: "import pricing\n" })).toEqual([]);
});
