import { readDockerfile } from "../../config/dockerfile.ts";
import { notebookIn } from "../../config/notebooks.ts";
import type { ProjectFiles } from "../../config/project-files.ts";
import { requirementsText } from "../python-files.ts";
import { entryPointOf, type AdoptedStep } from "./entry-point.ts";
import { neededVariables } from "./read-variables.ts";
import { pythonVersionOf, readPythonProject, type PythonProject } from "./python-project.ts";
import { unnamedImports } from "./unnamed-imports.ts";

/** One thing that adoption took for granted, and what it saw that in. */
export interface Assumption {
  readonly field: string;
  readonly value: string;
  readonly because: string;
}

/** What a folder becomes as a project. */
export interface Adoption {
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly technicalOwner: string;
  readonly pythonVersion: string;
  readonly requirementsFile: string;
  readonly steps: readonly AdoptedStep[];
  /** Content of the requirements file, where there is none yet. */
  readonly requirements: string | undefined;
  /** Whether what is installed includes the folder itself, or files of it. */
  readonly installsItself: boolean;
  /** Whether a lock's project is a package, which is installed besides. */
  readonly isPackage: boolean;
  /** Packages of the system that a package needs and that its wheel doesn't bring. */
  readonly systemPackages: readonly string[];
  /** Variables that the code can't do without: secrets, until somebody says otherwise. */
  readonly variables: readonly string[];
  readonly hasDockerfile: boolean;
  readonly assumptions: readonly Assumption[];
  /** What is left for a person, a sentence each. */
  readonly remarks: readonly string[];
}

/**
 * Finds out what a folder would be as a project, from its files alone. Undefined when there is
 * nothing in it that could be run.
 *
 * @param name of the folder, which is the project's
 */
export function adoptionOf(name: string, files: ProjectFiles): Adoption | undefined {
  const toml = files.read("pyproject.toml");
  const python = toml === undefined ? undefined : readPythonProject(toml);
  const installed = installedOf(files, python);
  const entry = entryPointOf({ files, python, installsItself: installed.itself });
  if (entry === undefined) return undefined;
  const version = pythonOf(files, python);
  const lacking = entry.needs.filter((one) => !names(installed.text, one));
  const written = installed.there ? undefined : installed.text + lines(lacking);
  const unnamed = installed.isList
    ? unnamedImports(
        files,
        installed.file,
        written ?? requirementsText(files, installed.file) ?? "",
        entry.steps.flatMap(({ command }) => notebookIn(command)?.path ?? []),
      )
    : undefined;
  const owner = python?.author;
  const variables = neededVariables(files);
  return {
    name,
    description: python?.description ?? `What ${name} is for, in a sentence`,
    version: releaseVersion(python?.version) ?? "0.1.0",
    technicalOwner: owner ?? "ml-team@example.com",
    pythonVersion: version.value,
    requirementsFile: installed.file,
    steps: entry.steps,
    requirements: written,
    installsItself: installed.local,
    isPackage: installed.itself,
    systemPackages: /^[ \t]*(?:name[ \t]*=[ \t]*")?"?lightgbm\b/im.test(
      `${installed.text}\n${toml ?? ""}`,
    )
      ? ["libgomp1"]
      : [],
    variables: variables.map((one) => one.name),
    hasDockerfile: files.kind("Dockerfile") === "file",
    assumptions: [
      ...entry.steps.map(({ id, command }) => ({
        field: `step ${id}`,
        value: command,
        because: entry.because,
      })),
      { field: "python_version", ...version },
      { field: "requirements_file", value: installed.file, because: installed.because },
      {
        field: "outputs",
        value: "**",
        because: "all that a step writes is kept; name what you need",
      },
      ...variables.map((one) => ({
        field: `secret ${one.name}`,
        value: `ssm:${one.name}`,
        because: `${one.file} reads it from the environment`,
      })),
    ],
    remarks: [
      ...(toml !== undefined && python === undefined
        ? ["pyproject.toml can't be read as TOML, so nothing was taken from it."]
        : []),
      ...(installed.there && lacking.length > 0
        ? [`Add ${lacking.join(" and ")} to ${installed.file}: the steps need them.`]
        : []),
      ...(unnamed === undefined ? [] : [unnamed]),
      ...variables.map(
        (one) =>
          `Keep the value of ${one.name}: \`esteira secrets set ${one.name} --project ${name}\`; if it is no secret, write it under runtime.env_vars instead.`,
      ),
      ...(owner === undefined
        ? ["Write your address for ml-team@example.com in config.yaml."]
        : []),
    ],
  };
}

interface Installed {
  readonly file: string;
  /** True when the file is there already. */
  readonly there: boolean;
  readonly text: string;
  /** Whether the folder itself is among it. */
  readonly itself: boolean;
  /** Whether it alone names all that is installed: requirements, not a lock nor a package's own. */
  readonly isList: boolean;
  /** Whether it reads other files of the folder than its own. */
  readonly local: boolean;
  readonly because: string;
}

/** Where the project's packages are named, or what such a file would have to say. */
function installedOf(files: ProjectFiles, python: PythonProject | undefined): Installed {
  const file = "requirements.txt";
  const known = [file, "requirements/prod.txt", "requirements/base.txt"].find(
    (one) => files.kind(one) === "file",
  );
  if (known !== undefined) {
    const text = files.read(known) ?? "";
    const itself = /^[ \t]*(-e[ \t]+)?\.(\[[^\]\n]*\])?\/?[ \t]*(#.*)?$/m.test(text);
    const local = itself || known !== file || /^[ \t]*(-[rce]\b|\.{0,2}\/)/m.test(text);
    const isList = !itself;
    return { file: known, there: true, text, itself, isList, local, because: "it is there" };
  }
  const lock = ["uv.lock", "pylock.toml"].find((one) => files.kind(one) === "file");
  if (lock !== undefined) {
    return {
      file: lock,
      there: true,
      text: files.read(lock) ?? "",
      itself: python?.installable === true,
      isList: false,
      local: true,
      because: "it has the versions that were locked",
    };
  }
  const absent = { file, there: false };
  if (python?.installable === true) {
    const because = "it installs the folder itself, by its pyproject.toml";
    return { ...absent, text: ".\n", itself: true, isList: false, local: true, because };
  }
  const dependencies = python?.dependencies ?? [];
  const conda = condaFile(files);
  if (conda !== undefined && dependencies.length === 0) {
    const text = files.read(conda) ?? "";
    const because = "micromamba or pixi makes it on this machine, micromamba in the image";
    return { file: conda, there: true, text, itself: false, isList: false, local: false, because };
  }
  const because =
    dependencies.length > 0
      ? "it has the dependencies of pyproject.toml"
      : "there is none, so no packages are installed but what the steps need";
  const text = lines(dependencies);
  return { ...absent, text, itself: false, isList: true, local: false, because };
}

function condaFile(files: ProjectFiles): string | undefined {
  return ["environment.yml", "environment.yaml"].find((one) => files.kind(one) === "file");
}

function pythonOf(
  files: ProjectFiles,
  python: PythonProject | undefined,
): { readonly value: string; readonly because: string } {
  const [ofImage] = readDockerfile(files.read("Dockerfile") ?? "").bases.flatMap(
    (base) => /(?:^|\/)python:(3\.\d{1,2})/.exec(base)?.[1] ?? [],
  );
  if (ofImage !== undefined) return { value: ofImage, because: "the Dockerfile starts from it" };
  const [, pinned] = /^\s*(3\.\d{1,2})/.exec(files.read(".python-version") ?? "") ?? [];
  if (pinned !== undefined) return { value: pinned, because: ".python-version says so" };
  const required = python?.requiresPython;
  const value = required === undefined ? undefined : pythonVersionOf(required);
  if (value !== undefined) return { value, because: `pyproject.toml asks for ${required}` };
  const conda = condaFile(files);
  const [, ofConda] =
    /^[ \t]*-[ \t]*["']?python[ \t]*(?:[=~><]=?|==)[ \t]*(3\.\d{1,2})/m.exec(
      conda === undefined ? "" : (files.read(conda) ?? ""),
    ) ?? [];
  if (ofConda !== undefined) return { value: ofConda, because: `${conda} has it` };
  return { value: "3.11", because: "nothing says which" };
}

/** A version that can be in an image's tag as it is. */
function releaseVersion(version: string | undefined): string | undefined {
  return version !== undefined && /^\d+(\.\d+){0,3}$/.test(version) ? version : undefined;
}

function names(requirements: string, name: string): boolean {
  // A lock has it as `name = "papermill"`, a conda environment as `- papermill`.
  return new RegExp(`^\\s*(?:name\\s*=\\s*"|-\\s*)?${name}\\b`, "im").test(requirements);
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join("");
}
