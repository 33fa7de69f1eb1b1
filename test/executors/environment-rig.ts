import { delimiter, join } from "node:path";

import { execa } from "execa";

import type { InstallerWishes } from "../../src/local/executors/packages/choose-installer.ts";
import { createProcessExecutor } from "../../src/local/executors/process.ts";
import { uvFolder } from "../rig/uv.ts";
import { releaseOf, sandbox } from "./fixtures.ts";
import { writeWheel } from "./wheels.ts";

export interface Prepared {
  readonly path: string;
  readonly layer: string;
  readonly installer: string | undefined;
  readonly lines: readonly string[];
}

export interface PrepareOrder {
  readonly wishes?: InstallerWishes;
  readonly variables?: Readonly<Record<string, string>>;
  readonly sourceHash?: string;
  /** Another `.esteira` than the sandbox's. */
  readonly data?: string;
}

/**
 * A machine with a uv and without settings for it or pip, a few packages that need no network, and
 * requirements files that ask for them: `one.txt` and `two.txt` for the same, `three.txt` for less.
 */
export async function environmentRig() {
  const uv = await uvFolder();
  const box = sandbox();
  const wheels = join(box.root, "wheels");
  const machine = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:PIP|UV|XDG)_/.test(name)),
  );
  const environment = {
    ...machine,
    PATH: `${uv}${delimiter}${process.env["PATH"]}`,
    UV_CACHE_DIR: join(box.root, "uv-cache"),
  };
  await writeWheel(wheels, "greeting", "1.0", "greet");
  await writeWheel(wheels, "greeting", "2.0", "greet");
  await writeWheel(wheels, "farewell", "1.0");
  const find = `--no-index\n--find-links ${wheels}\n`;
  box.write({
    "one.txt": `${find}greeting==1.0\nfarewell\n`,
    "two.txt": `# The same, said in another way.\n${find}farewell == 1.0\ngreeting<2\n`,
    "three.txt": `${find}greeting==1.0\n`,
  });

  async function attempted(requirementsFile: string, order: PrepareOrder = {}) {
    const lines: string[] = [];
    const { wishes, sourceHash = "0".repeat(64), data = box.root } = order;
    const executor = createProcessExecutor({
      dataDirectory: data,
      // The same object, in which the same Python is found again.
      processEnvironment: order.variables ? { ...environment, ...order.variables } : environment,
      ...(wishes && { wishes }),
    });
    const release = releaseOf({ requirementsFile, sourceHash });
    const result = await executor.prepare(release, box.snapshot, (line) => lines.push(line));
    return { result, lines };
  }

  async function prepared(requirementsFile: string, order: PrepareOrder = {}): Promise<Prepared> {
    const { result, lines } = await attempted(requirementsFile, order);
    if (!result.ok) throw new Error(`${result.error.message}\n${result.error.help}`);
    const { virtual_environment: path = "", layer = "", installer } = result.value.decided;
    return { path, layer, installer, lines };
  }

  /** What a command prints that finds the environment's programs first. */
  async function inside({ path }: Prepared, command: string): Promise<string> {
    const { stdout } = await execa("sh", ["-c", command], {
      env: { ...machine, PATH: `${join(path, "bin")}${delimiter}${process.env["PATH"]}` },
      extendEnv: false,
    });
    return stdout;
  }

  async function close(): Promise<void> {
    await execa("chmod", ["-R", "u+w", box.root]);
    box.remove();
  }

  return { uv, box, wheels, environment, attempted, prepared, inside, close };
}
