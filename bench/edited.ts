import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";

import { removeTree } from "../src/local/executors/packages/tree.ts";
import { uvFolder } from "../test/rig/uv.ts";
import { shippedProgram } from "../tools/bundle/shipped-program.ts";
import { editedPyproject } from "./edited-package.ts";
import { type BenchRow, median } from "./row.ts";

const root = join(import.meta.dirname, "..");
const ROUNDS = 7;

/** Says when it begins: what is before is Esteira's. */
const code = (line: number): string => `import time

print("began", int(time.time() * 1000), flush=True)
line = ${line}


def main():
    print("line", line)


if __name__ == "__main__":
    main()
`;

interface Layout {
  readonly command: string;
  /** Where the line is that is edited. */
  readonly edited: string;
  readonly files: Readonly<Record<string, string>>;
}

const layouts: Readonly<Record<string, Layout>> = {
  "main.py": {
    command: "python main.py",
    edited: "main.py",
    files: { "requirements.txt": "numpy==2.4.6\n" },
  },
  "a package": {
    command: "edited",
    edited: "src/edited/__init__.py",
    files: {
      "requirements.txt": ".\n",
      "pyproject.toml": `${editedPyproject}[project.scripts]
edited = "edited:main"
`,
    },
  },
};

/**
 * One edited line of a project that was deployed before, from the start of the command to the first
 * line of its first step: `deploy` and then `run`, beside `run --deploy`. By the program as it is
 * shipped, with uv; needs PyPI the first time. The processor's time is of the commands and all that
 * they wait for.
 */
export async function benchEdited(): Promise<readonly BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), "esteira-bench-"));
  try {
    const program = await shippedProgram(root);
    const environment = {
      ...process.env,
      PATH: [await uvFolder(), process.env["PATH"]].join(delimiter),
    };
    const rows: BenchRow[] = [];
    for (const [layout, { command, edited, files }] of Object.entries(layouts)) {
      const workspace = join(folder, layout.replaceAll(/\W/g, ""));
      const project = join(workspace, "src/projects/edited");
      const write = async (path: string, text: string): Promise<void> => {
        await mkdir(dirname(join(project, path)), { recursive: true });
        await writeFile(join(project, path), text);
      };
      for (const [path, text] of Object.entries(files)) await write(path, text);
      await write("config.yaml", configYaml(command));
      await write(edited, code(0));
      const esteira = (...argv: readonly string[]) =>
        measured([process.execPath, program, ...argv], workspace, environment);
      await esteira("deploy");
      await esteira("run", "edited");

      const both: Spent[] = [];
      const atOnce: Spent[] = [];
      for (let round = 1; round <= ROUNDS; round += 1) {
        await write(edited, code(2 * round));
        const deployed = await esteira("deploy");
        const ran = await esteira("run", "edited");
        both.push({
          untilBegun: ran.begun - deployed.from,
          processorMs: deployed.processorMs + ran.processorMs,
        });
        await write(edited, code(2 * round + 1));
        const one = await esteira("run", "edited", "--deploy");
        atOnce.push({ untilBegun: one.begun - one.from, processorMs: one.processorMs });
      }
      const of = (spent: readonly Spent[], what: keyof Spent): number =>
        median(spent.map((one) => one[what]));
      rows.push({
        name: `an edited line of ${layout}, to its first step`,
        ours: of(both, "untilBegun"),
        alternative: of(atOnce, "untilBegun"),
        unit: "ms",
        note: `deploy, then run; against run --deploy; aim: under 2000; processor time of all: ${of(both, "processorMs").toFixed(0)} and ${of(atOnce, "processorMs").toFixed(0)} ms`,
      });
    }
    return rows;
  } finally {
    await removeTree(folder);
  }
}

interface Spent {
  readonly untilBegun: number;
  readonly processorMs: number;
}

const configYaml = (command: string): string => `project_name: edited
version: "1.0.0"
runtime: { requirements_file: requirements.txt }
batch:
  pipeline:
    steps:
      - { id: main, command: "${command}", resources: { cpu: 0.1, memory_gb: 0.1 } }
`;

/** Runs a command, and says what the processor spent on it and on what it waited for. */
const WRAPPER = `import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print("processor", int((used.ru_utime + used.ru_stime) * 1000))
sys.exit(code)
`;

/** Times in milliseconds since 1970; `begun` is NaN where no step says that it began. */
async function measured(
  argv: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly from: number; readonly begun: number; readonly processorMs: number }> {
  const from = Date.now();
  const child = spawn("python3", ["-c", WRAPPER, ...argv], { cwd, env: { ...env } });
  const pieces: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => pieces.push(text));
  }
  const [status] = (await once(child, "close")) as [number | null];
  const said = pieces.join("");
  if (status !== 0) throw new Error(`${argv.slice(2).join(" ")} ended with ${status}:\n${said}`);
  return {
    from,
    begun: Number(/began (\d+)/.exec(said)?.[1] ?? Number.NaN),
    processorMs: Number(/^processor (\d+)$/m.exec(said)?.[1] ?? Number.NaN),
  };
}
