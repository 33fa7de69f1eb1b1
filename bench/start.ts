import { execFile } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { alternate } from "./row.ts";
import type { BenchRow } from "./row.ts";

const run = promisify(execFile);
const program = join(import.meta.dirname, "../bin/esteira.js");

/**
 * Whole processes: the built program against the emptiest that Node can be. Needs `npm run build`.
 */
export async function benchStart(): Promise<readonly BenchRow[]> {
  const workspace = await mkdtemp(join(tmpdir(), "esteira-bench-"));
  try {
    const project = join(workspace, "src/projects/fleet-report");
    await cp(join(import.meta.dirname, "../examples/rentcars/src/projects/fleet-report"), project, {
      recursive: true,
    });
    const empty = async () => void (await run(process.execPath, ["-e", "0"]));
    const esteira =
      (...argv: string[]) =>
      async () =>
        void (await run(process.execPath, [program, ...argv], { cwd: workspace }));
    const version = await alternate(15, esteira("--version"), empty);
    const validate = await alternate(15, esteira("validate"), empty);
    return [
      {
        name: "--version",
        ours: version.ours,
        alternative: version.theirs,
        unit: "ms",
        note: "against node -e 0",
      },
      {
        name: "validate, one project",
        ours: validate.ours,
        alternative: validate.theirs,
        unit: "ms",
        note: "against node -e 0",
      },
    ];
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}
