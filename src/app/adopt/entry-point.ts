import { NOTEBOOK_PACKAGES } from "../../config/notebooks.ts";
import type { ProjectFiles } from "../../config/project-files.ts";
import type { PythonProject } from "./python-project.ts";
import { writtenCommands } from "./written-commands.ts";

/** What a project runs, and where that stands. */
export interface EntryPoint {
  readonly steps: readonly AdoptedStep[];
  readonly because: string;
  /** Packages that the commands need and that nobody's code imports. */
  readonly needs: readonly string[];
}

export interface AdoptedStep {
  readonly id: string;
  readonly command: string;
}

/** What the look for an entry point reads. */
export interface Folder {
  readonly files: ProjectFiles;
  readonly python: PythonProject | undefined;
  /** Whether the folder itself is among what is installed. */
  readonly installsItself: boolean;
}

/**
 * What a folder runs: the first of what its Dockerfile starts, what its README or Makefile runs, a
 * `main.py`, a package with a `__main__.py`, a console script, a script that is started by its
 * name, notebooks in the order of their names.
 */
export function entryPointOf(folder: Folder): EntryPoint | undefined {
  const looks = [
    ofDockerfile,
    ofDocuments,
    ofMain,
    ofPackage,
    ofConsoleScript,
    ofScript,
    ofNotebooks,
  ];
  for (const look of looks) {
    const found = look(folder);
    if (found !== undefined) return found;
  }
  return undefined;
}

function single(command: string, because: string): EntryPoint {
  return { steps: [{ id: "main", command }], because, needs: [] };
}

/**
 * The last `ENTRYPOINT` and `CMD` in their form of a list: as text a shell would read them, and
 * what a shell would compute isn't guessed at.
 * https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact
 */
function ofDockerfile({ files }: Folder): EntryPoint | undefined {
  const text = files.read("Dockerfile")?.replaceAll(/\\\r?\n/g, " ") ?? "";
  const listOf = (instruction: string): readonly string[] => {
    const form = new RegExp(`^${instruction}\\s+(\\[.*\\])$`, "i");
    const last = text
      .split("\n")
      .flatMap((line) => form.exec(line.trim()) ?? [])
      .at(-1);
    try {
      const words = JSON.parse(last ?? "[]") as unknown;
      return Array.isArray(words) ? words.filter((word) => typeof word === "string") : [];
    } catch {
      return [];
    }
  };
  const words = [...listOf("ENTRYPOINT"), ...listOf("CMD")];
  const [program, first, second] = words;
  if (program === undefined || !/^python[\d.]*$/.test(program)) return undefined;
  const script = first === "-m" ? second : first;
  // An interpreter alone, or with flags, isn't a project's work; a script that only the image has
  // doesn't run on this machine.
  if (script === undefined || script.startsWith("-")) return undefined;
  if (first !== "-m" && files.kind(script) !== "file") return undefined;
  return single(words.map(shellWord).join(" "), "the Dockerfile starts it");
}

/** One command is the step `main`; several are steps with the names of their scripts. */
function ofDocuments({ files }: Folder): EntryPoint | undefined {
  const written = writtenCommands(files);
  if (written === undefined) return undefined;
  const { file, commands } = written;
  const ids = new Set<string>();
  const steps = commands.map(({ runs, words }) => {
    const name = runs.replace(/\.py$/, "").split(/[/.]/).at(-1) ?? runs;
    const id = commands.length === 1 ? "main" : free(stepId(name), ids);
    ids.add(id);
    return { id, command: words.map(shellWord).join(" ") };
  });
  const because = steps.length === 1 ? `${file} runs it so` : `${file} runs them in this order`;
  return { steps, because, needs: [] };
}

function ofMain({ files }: Folder): EntryPoint | undefined {
  if (files.kind("main.py") !== "file") return undefined;
  return single("python main.py", "there is a main.py");
}

function ofPackage({ files, installsItself }: Folder): EntryPoint | undefined {
  // Below src/ a package is found only once it is installed.
  const places = installsItself ? [".", "src"] : ["."];
  const found = places.flatMap((place) =>
    files
      .names(place)
      .filter((name) => /^[A-Za-z]\w*$/.test(name) && !notTheWork.test(name))
      .map((name) => ({ name, file: `${place === "." ? "" : `${place}/`}${name}/__main__.py` }))
      .filter(({ file }) => files.kind(file) === "file"),
  );
  const [one] = found;
  if (one === undefined || found.length > 1) return undefined;
  return single(`python -m ${one.name}`, `there is a ${one.file}`);
}

function ofConsoleScript({ python, installsItself }: Folder): EntryPoint | undefined {
  const scripts = Object.entries(python?.scripts ?? {});
  const [one] = scripts;
  if (one === undefined || scripts.length > 1 || !installsItself) return undefined;
  const [name, target] = one;
  return /^[\w.-]+$/.test(name)
    ? single(name, `pyproject.toml has the console script ${name} = ${target}`)
    : undefined;
}

/** A script that does something when it is started, and is the only one. */
function ofScript({ files }: Folder): EntryPoint | undefined {
  const scripts = files
    .names(".")
    .filter((name) => name.endsWith(".py") && !notTheWork.test(name))
    .filter((name) => /^if\s+__name__\s*==/m.test(files.read(name) ?? ""));
  const [one] = scripts;
  if (one === undefined || scripts.length > 1) return undefined;
  return single(
    `python ${shellWord(one)}`,
    `${one} is the only script that is started by its name`,
  );
}

/** Files that belong to tools and tests. */
const notTheWork = /^(tests?|docs|setup|conftest|noxfile|__init__)(\.py)?$|^test_|_test\.py$/;

function ofNotebooks({ files }: Folder): EntryPoint | undefined {
  const folder = [".", "notebooks"].find((place) => notebooksIn(files, place).length > 0);
  if (folder === undefined) return undefined;
  const ids = new Set<string>();
  const steps = notebooksIn(files, folder).map((name) => {
    const path = folder === "." ? name : `${folder}/${name}`;
    const id = free(stepId(name.slice(0, -".ipynb".length)), ids);
    ids.add(id);
    // Papermill runs it, and the executed notebook is kept.
    return { id, command: shellWord(path) };
  });
  const because =
    steps.length === 1
      ? "there is one notebook"
      : `there are ${steps.length} notebooks, in the order of their names`;
  return { steps, because, needs: [...NOTEBOOK_PACKAGES] };
}

function notebooksIn(files: ProjectFiles, folder: string): readonly string[] {
  return files
    .names(folder)
    .filter((name) => name.endsWith(".ipynb") && !name.startsWith("."))
    .toSorted();
}

function stepId(name: string): string {
  const id = name
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^[_0-9]+|(?<!_)_+$/g, "")
    .slice(0, 40);
  return id === "" ? "step" : id;
}

function free(id: string, taken: ReadonlySet<string>): string {
  for (let count = 1; ; count += 1) {
    const candidate = count === 1 ? id : `${id}_${count}`;
    if (!taken.has(candidate)) return candidate;
  }
}

/** A word as a shell reads it back. */
function shellWord(word: string): string {
  return /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
