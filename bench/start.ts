import { execFile } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { shippedProgram } from "../tools/bundle/shipped-program.ts";
import { alternate } from "./row.ts";
import type { BenchRow } from "./row.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..");

/** What is typed, by the name of its row. */
const commands: Readonly<Record<string, readonly string[]>> = {
  "--version": ["--version"],
  "--help": ["--help"],
  completion: ["__complete", "sta"],
  "validate, one project": ["validate"],
  runs: ["runs"],
  status: ["status", "fleet-report"],
};

/**
 * Whole processes: the program as it is shipped, without its sources, against the emptiest that
 * Node can be.
 */
export async function benchStart(): Promise<readonly BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), "esteira-bench-"));
  try {
    const program = await shippedProgram(root);
    const workspace = join(folder, "workspace");
    await cp(
      join(root, "examples/rentcars/src/projects/fleet-report"),
      join(workspace, "src/projects/fleet-report"),
      { recursive: true },
    );
    const empty = async () => void (await run(process.execPath, ["-e", "0"]));
    const esteira =
      (...argv: readonly string[]) =>
      async () =>
        void (await run(process.execPath, [program, ...argv], { cwd: workspace }));
    await esteira("deploy")();
    await esteira("run", "fleet-report")();
    const rows: BenchRow[] = [];
    for (const [name, argv] of Object.entries(commands)) {
      const { ours, theirs } = await alternate(15, esteira(...argv), empty);
      rows.push({ name, ours, alternative: theirs, unit: "ms", note: "against node -e 0" });
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
