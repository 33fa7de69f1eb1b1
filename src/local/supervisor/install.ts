import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { cp, mkdir, rename } from "node:fs/promises";
import { join } from "node:path";

import { packageFile } from "../../platform/package-files.ts";
import { clearAway } from "../executors/clear-away.ts";

const modules = ["supervise.py", "processes.py", "output.py", "masks.py", "files.py"] as const;
// What is shipped has the Python files in the same place as the sources have.
const sources = modules.map((name) => packageFile(`src/local/supervisor/${name}`));
let contents: readonly Buffer[] | undefined;

const compile = `
import os, py_compile, sys
for name in os.listdir(sys.argv[1]):
    path = os.path.join(sys.argv[1], name)
    py_compile.compile(path, path + "c", doraise=True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    os.remove(path)
`;

/**
 * Puts the supervisor, compiled for one interpreter, under the data directory, where it stays the
 * same while steps run, whatever happens to the installed program; compiled, it starts 10 ms
 * sooner. Two processes may do this at the same time.
 *
 * @returns the path to give the interpreter
 * @throws Error when the interpreter can't be run
 */
export async function installSupervisor(
  dataDirectory: string,
  interpreter: { readonly python: string; readonly version: string },
): Promise<string> {
  const hash = createHash("sha256").update(`${interpreter.python}\0${interpreter.version}`);
  contents ??= sources.map((source) => readFileSync(source));
  for (const content of contents) hash.update(content);
  const parent = join(dataDirectory, "supervisor");
  const directory = join(parent, hash.digest("hex").slice(0, 16));
  const script = join(directory, "supervise.pyc");
  if (existsSync(script)) return script;

  const temporary = join(parent, `.${randomBytes(6).toString("hex")}`);
  await mkdir(temporary, { recursive: true });
  try {
    for (const [index, name] of modules.entries()) await cp(sources[index]!, join(temporary, name));
    const { execa } = await import("execa");
    await execa(interpreter.python, ["-I", "-S", "-c", compile, temporary]);
    await rename(temporary, directory);
  } catch (error) {
    if (!existsSync(script)) throw error;
  } finally {
    await clearAway(temporary);
  }
  return script;
}
