import { plainCommands } from "../dockerfile.ts";
import type { Problem } from "../problem.ts";
import type { ProjectContext } from "./rule.ts";

const PROGRAM = /(?:^|\/)(conda|mamba|micromamba)$/;
/** Options that the next word belongs to. */
const WITH_VALUE = new Set([
  "-c",
  "--channel",
  "-n",
  "--name",
  "-p",
  "--prefix",
  "-r",
  "--root-prefix",
  "-f",
  "--file",
  "--platform",
  "--solver",
]);
/** What packages are installed with, and the Python itself. */
const TOOLS = new Set([
  "conda",
  "mamba",
  "micromamba",
  "pip",
  "python",
  "setuptools",
  "uv",
  "wheel",
]);
/** Packages that conda's channels and PyPI call differently. */
const ON_PYPI: Readonly<Record<string, string>> = {
  "matplotlib-base": "matplotlib",
  "python-graphviz": "graphviz",
  pytorch: "torch",
};

/**
 * What a Dockerfile installs by conda, package by package, should be in the file that steps on this
 * machine get theirs from.
 */
export function condaPackagesAreNamed({ project, files }: ProjectContext): Problem[] {
  const { dockerfile, requirementsFile, dependencyFile } = project.runtime;
  const text = files.read(dockerfile);
  if (text === undefined || !/\b(?:conda|mamba|micromamba)\b/.test(text)) return [];
  const used = requirementsFile ?? dependencyFile;
  const own = used === undefined ? "" : (files.read(used) ?? "");
  const installed = plainCommands(text).flatMap(condaPackages);
  const lacking = installed.filter(({ name }) => !isNamed(name, own));
  const [first] = lacking;
  if (first === undefined) return [];
  const names = [...new Set(lacking.map(({ name }) => name))];
  const it = names.length === 1 ? "it" : "them";
  return [
    {
      code: "config/dockerfile-dependencies",
      severity: "warning",
      path: ["runtime", "requirements_file"],
      message: `${dockerfile} installs ${names.join(" and ")} by ${first.program}, and steps on this machine ${used === undefined ? "get no packages: no file is named" : `get theirs from ${used}, which doesn't name ${it}`}`,
      help:
        used === undefined
          ? `name ${it} in an environment.yml, and install from that in ${dockerfile}`
          : `name ${it} in ${used}, and install from ${used} in ${dockerfile}`,
    },
  ];
}

interface Installed {
  readonly program: string;
  /** In small letters, with hyphens. */
  readonly name: string;
}

/** Packages that a command of a Dockerfile names, in plain sight. */
function condaPackages(command: string): readonly Installed[] {
  const words = command.split(/\s+/).filter(Boolean);
  const at = words.findIndex((word) => PROGRAM.test(word));
  const program = PROGRAM.exec(words[at] ?? "")?.[1];
  const verb = words.findIndex((word, index) => index > at && /^(?:install|create)$/.test(word));
  if (program === undefined || verb < 0 || words.slice(at, verb).includes("env")) return [];
  return words
    .slice(verb + 1)
    .filter((word, index, all) => !word.startsWith("-") && !WITH_VALUE.has(all[index - 1] ?? ""))
    .filter((word) => !/[$/]/.test(word))
    .map((word) => nameOf(word))
    .filter((name) => /^[a-z0-9][a-z0-9-]*$/.test(name) && !TOOLS.has(name))
    .map((name) => ({ program, name }));
}

/** `conda-forge::scikit_learn>=1.4` is `scikit-learn`. */
function nameOf(word: string): string {
  const [name = ""] = word.replace(/^.*::/, "").split(/[=<>!~[]/);
  return name.toLowerCase().replaceAll(/[._]/g, "-");
}

function isNamed(name: string, text: string): boolean {
  const lines = text.toLowerCase().replaceAll(/[._]/g, "-");
  return [name, ON_PYPI[name]].some(
    (one) =>
      one !== undefined &&
      new RegExp(`(?:^|[\\s"':,[-])${one}(?=$|[\\s"'=<>!~;,@[\\]])`, "m").test(lines),
  );
}
