import { ok, type Result } from "../../../core/result.ts";
import type { Interpreter } from "../interpreter.ts";
import { runTool, type ToolFailure, type ToolOptions } from "../tool.ts";
import { sitePackages } from "./overlay.ts";

/**
 * Processes cost more than they spare where there are few files. What can't be compiled (a file of
 * another version's syntax) is left: who imports it is answered by Python.
 *
 * @see https://docs.python.org/3/library/compileall.html#compileall.compile_dir
 */
const script = `
import compileall, os, re, sys
site = sys.argv[1]
left = re.compile(re.escape(site) + r"/(?:(?:pip|setuptools|pkg_resources|_distutils_hack)/|(?:.*/)?tests?/)")
files = [os.path.join(folder, name) for folder, _, names in os.walk(site) for name in names]
many = sum(file.endswith(".py") and not left.search(file) for file in files) > 400
compileall.compile_dir(site, quiet=2, rx=left, workers=0 if many else 1)
`;

/**
 * Compiles what is installed in a virtual environment, by all processors: its packages will be
 * read-only, and would be compiled anew by each process that imports them. Left as they are: the
 * packages' own tests, in NumPy, SciPy and scikit-learn half of the work; and what only installs.
 */
export async function compilePackages(
  interpreter: Interpreter,
  environment: string,
  options: ToolOptions,
): Promise<Result<void, ToolFailure>> {
  const args = ["-I", "-S", "-c", script, sitePackages(environment, interpreter)];
  const done = await runTool(interpreter.python, args, { ...options, listener: () => {} });
  return done.ok || done.error.reason === "interrupted" ? done : ok(undefined);
}
