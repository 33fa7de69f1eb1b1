import { readDockerfile } from "../dockerfile.ts";
import type { Path, Problem } from "../problem.ts";
import type { ProjectFiles } from "../project-files.ts";
import { nearest } from "../suggest.ts";
import type { EnvironmentContext, ProjectContext } from "./rule.ts";
import { writtenCommands } from "./commands.ts";
import { scriptsIn } from "./scripts.ts";

const ADD_IT = "add it, or correct the name";
const PYTHON_VERSION = /^3\.\d{1,2}(\.\d{1,2})?$/;

/** An image needs a Dockerfile: on AWS always, locally where steps run in containers. */
export function dockerfileExists({
  project,
  config,
  environment,
  files,
}: EnvironmentContext): Problem[] {
  const { dockerfile } = project.runtime;
  const path = ["runtime", "dockerfile"];
  const stated = config.runtime?.dockerfile !== undefined;
  const bad = fileProblem(files, dockerfile, path, "config/missing-dockerfile");
  if (!bad) return [];
  if (stated) return [bad];
  if (environment.platform === "aws" || environment.executor === "docker") {
    const help = "add one, or name the one to use with runtime.dockerfile";
    return [bad.help === ADD_IT ? { ...bad, help } : bad];
  }
  return [
    {
      ...bad,
      severity: "warning",
      help: "steps run as processes here; add a Dockerfile before the project goes to AWS",
    },
  ];
}

/** Requirements files that are named must be there; the steps' is taken where it is otherwise. */
export function requirementsFilesExist({ config, files }: ProjectContext): Problem[] {
  return (["runtime", "test"] as const).flatMap((section) => {
    const file = config[section]?.requirements_file;
    if (file === undefined) return [];
    const path = [section, "requirements_file"];
    return fileProblem(files, file, path, "config/missing-requirements") ?? [];
  });
}

/** Scripts that commands name, as in `python steps/score.py` or `python -m steps.score`. */
export function scriptsExist({ project, config, files }: ProjectContext): Problem[] {
  return writtenCommands({ project, config }).flatMap(({ command, path }) =>
    scriptsIn(command).flatMap((script): Problem[] => {
      const part = { start: script.start, length: script.length };
      if (script.kind === "file") {
        const bad = fileProblem(files, script.path, path, "config/missing-script");
        return bad ? [{ ...bad, part }] : [];
      }
      const [top = ""] = script.path.split("/");
      // A module of the project has a folder or file of the project at its top; others are
      // installed.
      const ours = files.kind(top) === "folder" && files.kind(`${top}.py`) === undefined;
      const candidates = [".py", "/__main__.py"].map((end) => script.path + end);
      if (!ours || candidates.some((file) => files.kind(file) === "file")) return [];
      return [
        {
          code: "config/missing-script",
          path,
          part,
          message: `there is no module ${script.path.replaceAll("/", ".")} in the project`,
          help: similar(files, `${script.path}.py`) ?? `add ${script.path}.py, or correct the name`,
        },
      ];
    }),
  );
}

/** The Dockerfile decides what runs; `python_version` is only passed to its build. */
export function dockerfileHasPythonVersion({ project, files }: ProjectContext): Problem[] {
  const wanted = project.runtime.pythonVersion;
  const text = wanted === undefined ? undefined : files.read(project.runtime.dockerfile);
  if (wanted === undefined || text === undefined || !PYTHON_VERSION.test(wanted)) return [];
  const { bases } = readDockerfile(text);
  const versions = bases.flatMap((base) => /(?:^|\/)python:(\d+\.\d+)/.exec(base)?.[1] ?? []);
  const minor = wanted.split(".").slice(0, 2).join(".");
  if (versions.length === 0 || versions.includes(minor)) return [];
  const used = versions.at(-1) ?? "";
  return [
    {
      code: "config/python-version-differs",
      severity: "warning",
      path: ["runtime", "python_version"],
      message: `python_version is ${wanted}, but ${project.runtime.dockerfile} starts from Python ${used}`,
      help: `write the same version in both; in the Dockerfile, "ARG PYTHON_VERSION" and "FROM python:\${PYTHON_VERSION}-slim" keep them equal`,
    },
  ];
}

/** Python's version is its first two or three numbers. */
export function pythonVersionIsOne({ project }: ProjectContext): Problem[] {
  const version = project.runtime.pythonVersion;
  if (version === undefined || PYTHON_VERSION.test(version)) return [];
  return [
    {
      code: "config/python-version",
      path: ["runtime", "python_version"],
      message: `${JSON.stringify(version)} is not a version of Python 3`,
      help: 'write it as in "3.11"',
    },
  ];
}

/** Why a file that the configuration names can't be used, if it can't. */
export function fileProblem(
  files: ProjectFiles,
  file: string,
  path: Path,
  code: string,
): Problem | undefined {
  if (file.startsWith("/") || file.split("/").includes("..")) {
    return {
      code: "config/path-outside",
      path,
      message: `${JSON.stringify(file)} leads out of the project`,
      help: "name a file inside the project's folder, relative to it",
    };
  }
  const kind = files.kind(file);
  if (kind === "file") return undefined;
  if (kind === "outside") {
    return {
      code: "config/path-outside",
      path,
      message: `${file} is a symbolic link that leads out of the workspace`,
      help: "replace it by the file itself: it wouldn't be part of the image",
    };
  }
  return {
    code,
    path,
    message:
      kind === "folder"
        ? `${file} is a folder, not a file`
        : `there is no file ${file} in the project`,
    help: kind === "folder" ? "name a file in it" : (similar(files, file) ?? ADD_IT),
  };
}

function similar(files: ProjectFiles, file: string): string | undefined {
  const slash = file.lastIndexOf("/");
  const folder = slash === -1 ? "." : file.slice(0, slash);
  const near = nearest(file.slice(slash + 1), files.names(folder));
  if (near === undefined) return undefined;
  return `did you mean "${folder === "." ? "" : `${folder}/`}${near}"?`;
}
