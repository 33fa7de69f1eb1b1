import { readdir } from "node:fs/promises";
import { delimiter, join } from "node:path";

import { execa } from "execa";
import { expect, test } from "vitest";

import { writeWheel } from "../executors/wheels.ts";
import { uvFolder } from "../rig/uv.ts";
import { esteira, temporaryFolder } from "./cli.ts";
import { write } from "./workspace.ts";

/** A notebook as an editor saves it, with the kernel that its author had. */
function notebook(...cells: readonly string[]): string {
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: "anas-env", display_name: "Ana", language: "python" } },
    cells: cells.map((source, index) => ({
      cell_type: "code",
      id: `cell-${index}`,
      metadata: index === 0 ? { tags: ["parameters"] } : {},
      source,
      outputs: [],
      execution_count: null,
    })),
  });
}

/**
 * Stand-ins for what a kernel has for people who type and debug, as IPython is without them: they
 * are two thirds of the files that are installed and compiled.
 *
 * @returns their folder
 */
async function withoutTools(folder: string): Promise<string> {
  for (const name of ["jedi", "debugpy"]) {
    await writeWheel(folder, name, "99.0", "", `raise ImportError("no ${name} here")\n`);
  }
  return folder;
}

test("a notebook becomes a project: parameters, the executed notebook, and a cell that fails", async () => {
  await using folder = await temporaryFolder();
  const { path } = folder;
  const environment = {
    PATH: `${await uvFolder()}${delimiter}${process.env["PATH"]}`,
    UV_FIND_LINKS: await withoutTools(join(path, "wheels")),
  };
  const run = (...inputs: string[]) => esteira(path, inputs, environment);
  await write(
    path,
    "esteira.yaml",
    "workspace: test\nenvironments: { local: { platform: local, executor: process } }\n",
  );
  const project = "src/projects/report";
  const first = notebook("rows = 1", "print('rows:', rows * 2)");
  await write(path, `${project}/notebooks/report.ipynb`, first);
  const adopted = await run("adopt", project);
  expect(adopted).toMatchObject({ code: 0 });
  const added = await execa(
    "sh",
    [
      "-c",
      "printf 'params:\\n  rows: { default: 5 }\\n' >> config.yaml && sed -i.bak 's/retries: 1/retries: 0/' config.yaml && cat config.yaml requirements.txt",
    ],
    { cwd: join(path, project) },
  );
  expect(added.stdout).toContain('command: "notebooks/report.ipynb"');
  expect(added.stdout).toContain("papermill\nipykernel");
  expect((await run("validate", "report")).out).not.toContain("config/notebook-packages");

  expect(await run("deploy", "report")).toMatchObject({ code: 0 });
  const ran = await run("run", "report", "--param", "rows=21");
  expect(ran.out).toContain("rows: 42");
  expect(ran.code).toBe(0);
  const left = await readdir(join(path, ".esteira/artifacts/report"), { recursive: true });
  expect(left.filter((name) => name.endsWith("report.ipynb"))).toHaveLength(1);

  const failing = notebook("rows = 1", "x = 1\ny = rows / (x - x)\nprint(y)");
  await write(path, `${project}/notebooks/report.ipynb`, failing);
  expect(await run("deploy", "report")).toMatchObject({ code: 0 });
  const failed = await run("run", "report");
  expect(failed.code).toBe(1);
  const said = (await run("status", "report")).out.replaceAll(/\s+/g, " ");
  expect(said).toContain(
    "report failed in cell 3, line 2 (y = rows / (x - x)) of its executed notebook: ZeroDivisionError: division by zero",
  );
  await execa("chmod", ["-R", "u+w", path]);
}, 400_000);
