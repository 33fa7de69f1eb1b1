import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { shippedProgram } from "../tools/bundle/shipped-program.ts";
import { alternate } from "./row.ts";
import type { BenchRow } from "./row.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..");
const example = join(root, "examples/rentcars/src/projects/fleet-report");

/**
 * `validate` of a workspace of 500 projects, as a whole process, against reading the same files and
 * nothing else.
 */
export async function benchValidate(): Promise<readonly BenchRow[]> {
  const workspace = await mkdtemp(join(tmpdir(), "esteira-bench-"));
  try {
    const program = await shippedProgram(root);
    const config = await readFile(join(example, "config.yaml"), "utf8");
    for (let index = 0; index < 500; index += 1) {
      const name = `fleet-report-${String(index).padStart(3, "0")}`;
      const folder = join(workspace, "src/projects", name);
      await cp(example, folder, { recursive: true });
      await writeFile(
        join(folder, "config.yaml"),
        config.replace(/^project_name: .*$/m, `project_name: ${name}`),
      );
    }
    const reading = `const {readFileSync, readdirSync} = require("fs");
      for (const name of readdirSync("src/projects")) readFileSync("src/projects/" + name + "/config.yaml", "utf8")`;
    const validate = async (): Promise<void> =>
      void (await run(process.execPath, [program, "validate"], { cwd: workspace }));
    const read = async (): Promise<void> =>
      void (await run(process.execPath, ["-e", reading], { cwd: workspace }));
    const row = async (name: string): Promise<BenchRow> => {
      const { ours, theirs } = await alternate(5, validate, read);
      return { name, ours, alternative: theirs, unit: "ms", note: "against reading the files" };
    };
    const first = await row("validate, 500 projects, the first time");
    // Where something was deployed or run, what the files hold is remembered.
    await mkdir(join(workspace, ".esteira"));
    await validate();
    return [first, await row("validate, 500 projects, unchanged")];
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}
