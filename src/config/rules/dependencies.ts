import { posix } from "node:path";

import { dependencyFiles, dependencyForm } from "../dependency-files.ts";
import { plainCommands } from "../dockerfile.ts";
import type { Problem } from "../problem.ts";
import type { ProjectContext } from "./rule.ts";

/** Of several files that say what is installed one counts, and who edits another should know. */
export function oneDependencyFileCounts({ project, files }: ProjectContext): Problem[] {
  const used = usedFile(project.runtime);
  if (used === undefined || files.kind(used) !== "file") return [];
  const text = files.read(used) ?? "";
  // A `pyproject.toml` is what a lock is made from, and has the settings of tools.
  const unused = dependencyFiles(files).filter(
    (one) => one !== used && one !== "pyproject.toml" && !text.includes(one),
  );
  const [first] = unused;
  if (first === undefined) return [];
  return [
    {
      code: "config/unused-dependencies",
      severity: "warning",
      path: ["runtime", "requirements_file"],
      message: `the steps' packages are those of ${used}; ${unused.join(" and ")} ${unused.length === 1 ? "isn't" : "aren't"} read`,
      help: `remove what isn't used, or name the right one: runtime: { requirements_file: ${first} }`,
    },
  ];
}

/** What the image has and what steps have on this machine should be the same packages. */
export function dockerfileInstallsTheSame({ project, files }: ProjectContext): Problem[] {
  const { dockerfile } = project.runtime;
  const text = files.read(dockerfile);
  if (text === undefined) return [];
  const used = usedFile(project.runtime);
  const installed = [...new Set(plainCommands(text).flatMap(installedBy))];
  const own = used === undefined ? "" : (files.read(used) ?? "");
  const same = installed.some(
    (one) =>
      (used !== undefined && posix.basename(one) === posix.basename(used)) ||
      // A variable is mostly the build argument that is the very file.
      one.includes("$") ||
      // The folder itself, which a line of the file or the lock installs too.
      (one === "pyproject.toml" && installsItself(used, own)),
  );
  const wrong = installed.filter((one) => !one.includes("$"));
  if (same || wrong.length === 0) return [];
  return [
    {
      code: "config/dockerfile-dependencies",
      severity: "warning",
      path: ["runtime", "requirements_file"],
      message: `${dockerfile} installs from ${wrong.join(" and ")}, and steps on this machine ${used === undefined ? "get no packages: no file is named" : `from ${used}`}`,
      help:
        used === undefined
          ? `name the file: runtime: { requirements_file: ${wrong[0] ?? ""} }`
          : `install from ${used} in ${dockerfile}, or name the file that it installs from: runtime: { requirements_file: ${wrong[0] ?? ""} }`,
    },
  ];
}

function usedFile(runtime: ProjectContext["project"]["runtime"]): string | undefined {
  return runtime.requirementsFile ?? runtime.dependencyFile;
}

function installsItself(used: string | undefined, text: string): boolean {
  if (used === undefined) return false;
  return (
    dependencyForm(used) !== "requirements" ||
    /^[ \t]*(?:-e[ \t]+)?\.(?:\[[^\]\n]*\])?[ \t]*$/m.test(text)
  );
}

/** Options that name a file, by the program that takes them. */
const FILE_OPTIONS: readonly (readonly [RegExp, RegExp])[] = [
  [/^(?:pip3?|uv)$/, /^(?:-r|--requirements?)$/],
  [/^(?:conda|mamba|micromamba)$/, /^(?:-f|--file)$/],
  [/^pixi$/, /^(?:-i|--import)$/],
];

/** Which files a command of a Dockerfile installs from, in plain sight. */
function installedBy(command: string): readonly string[] {
  const words = command.split(/[\s=]+/).filter((word) => word !== "");
  const program = (name: RegExp): boolean => words.some((word) => name.test(word));
  const after = (name: RegExp, verbs: RegExp): boolean =>
    words.some((word, index) => name.test(word) && verbs.test(words[index + 1] ?? ""));
  const named = FILE_OPTIONS.flatMap(([name, option]) =>
    program(name) ? words.filter((_, index) => option.test(words[index - 1] ?? "")) : [],
  );
  return [
    ...named.filter((file) => !file.includes("://")).map((file) => file.replace(/^\.\//, "")),
    ...(after(/^uv$/, /^(?:sync|export)$/) ? ["uv.lock"] : []),
    ...(after(/^poetry$/, /^(?:install|export|sync)$/) ? ["poetry.lock"] : []),
    ...(after(/^pip3?$/, /^install$/) && words.some((word) => /^\.(?:\[.*\])?$/.test(word))
      ? ["pyproject.toml"]
      : []),
  ];
}
