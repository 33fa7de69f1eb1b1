import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createProcessExecutor } from "../src/local/executors/process.ts";
import { removeTree } from "../src/local/executors/packages/tree.ts";
import { uvFolder } from "../test/rig/uv.ts";
import { releaseOf } from "../test/executors/fixtures.ts";
import { editedPyproject } from "./edited-package.ts";
import { timed, type BenchRow } from "./row.ts";

/** What the example's model needs, without its tests. */
const requirements = "numpy==2.4.6\nscikit-learn==1.9.1\npandas==3.1.1\n";

/**
 * Environments by uv beside the same by pip, in one run: with nothing in uv's cache, with what it
 * has then, what a project costs whose locked requirements another has, and what an edit does.
 * Needs PyPI.
 */
export async function benchEnvironments(): Promise<readonly BenchRow[]> {
  const root = await mkdtemp(join(tmpdir(), "esteira-bench-"));
  try {
    const snapshot = join(root, "snapshot");
    await mkdir(snapshot);
    await writeFile(join(snapshot, "requirements.txt"), requirements);
    await writeFile(join(snapshot, "others.txt"), `# The same, in another file.\n${requirements}`);
    const processEnvironment = {
      ...process.env,
      PATH: `${await uvFolder()}:${process.env["PATH"]}`,
      UV_CACHE_DIR: join(root, "uv-cache"),
      PIP_CACHE_DIR: join(root, "pip-cache"),
    };
    const make = (installer: "uv" | "pip", data: string, requirementsFile: string) =>
      timed(async () => {
        const made = await createProcessExecutor({
          dataDirectory: join(root, data),
          processEnvironment,
          wishes: { installer, hardLinks: false },
        }).prepare(releaseOf({ requirementsFile }), snapshot, () => {});
        if (!made.ok) throw new Error(made.error.message);
      });
    const file = "requirements.txt";
    const uvCold = await make("uv", "uv-cold", file);
    const pipCold = await make("pip", "pip-cold", file);
    const uvWarm = await make("uv", "uv-warm", file);
    const pipWarm = await make("pip", "pip-warm", file);
    const shared = await make("uv", "uv-warm", "others.txt");
    const row = (name: string, ours: number, alternative: number, note: string): BenchRow => ({
      name,
      ours,
      alternative,
      unit: "ms",
      note,
    });
    return [
      row("numpy, scikit-learn, pandas; empty caches", uvCold, pipCold, "against pip"),
      row("the same, warm caches", uvWarm, pipWarm, "against pip"),
      row("another project with an equal lock", shared, uvWarm, "against a separate layer"),
      await benchEditedPackage(root, processEnvironment),
    ];
  } finally {
    await removeTree(root);
  }
}

/**
 * One edited line of a project that installs itself: its environment after the edit, beside the
 * same by pip. Each has been made once before.
 *
 * @param root folder for all of it
 */
export async function benchEditedPackage(
  root: string,
  processEnvironment: Readonly<Record<string, string | undefined>>,
): Promise<BenchRow> {
  const snapshot = join(root, "package");
  await mkdir(join(snapshot, "src/edited"), { recursive: true });
  await writeFile(join(snapshot, "pyproject.toml"), editedPyproject);
  await writeFile(join(snapshot, "requirements.txt"), ".\n");
  const edited = async (installer: "uv" | "pip"): Promise<number> => {
    const executor = createProcessExecutor({
      dataDirectory: join(root, `edited-${installer}`),
      processEnvironment,
      wishes: { installer, hardLinks: false },
    });
    const make = async (digit: string): Promise<void> => {
      await writeFile(join(snapshot, "src/edited/__init__.py"), `line = ${digit}\n`);
      const release = releaseOf({
        requirementsFile: "requirements.txt",
        sourceHash: digit.repeat(64),
      });
      const made = await executor.prepare(release, snapshot, () => {});
      if (!made.ok) throw new Error(made.error.message);
    };
    await make("1");
    return timed(() => make("2"));
  };
  return {
    name: "one edited line of a package",
    ours: await edited("uv"),
    alternative: await edited("pip"),
    unit: "ms",
    note: "against pip",
  };
}
