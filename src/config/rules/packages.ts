import { posix } from "node:path";

import type { Problem } from "../problem.ts";
import type { ProjectFiles } from "../project-files.ts";
import { packageFolder, packageKind } from "../shared-packages.ts";
import { nearest } from "../suggest.ts";
import type { ProjectContext } from "./rule.ts";

/** A name that `import` can be given. */
const IMPORTABLE = /^[A-Za-z_]\w*$/;

/** Shared packages are folders of the workspace that Python can install. */
export function packagesAreInTheWorkspace({ project, config, files }: ProjectContext): Problem[] {
  return (config.runtime?.packages ?? []).flatMap((written, index) => {
    const found = problemOf(written, project.directory, files.workspace);
    return found === undefined ? [] : [{ ...found, path: ["runtime", "packages", index] }];
  });
}

function problemOf(
  written: string,
  project: string,
  files: ProjectFiles | undefined,
): Omit<Problem, "path"> | undefined {
  const folder = packageFolder(written);
  if (folder.startsWith("/") || folder === ".." || folder.startsWith("../")) {
    return outside(`${JSON.stringify(written)} leads out of the workspace`);
  }
  if (folder === "." || folder === project || project.startsWith(`${folder}/`)) {
    return {
      code: "config/package-outside",
      message: `${JSON.stringify(written)} has the project itself in it`,
      help: "name a folder beside the projects, such as libs/pricing",
    };
  }
  switch (files?.kind(folder)) {
    case "folder":
      return files === undefined ? undefined : notAPackage(folder, files);
    case "outside":
      return outside(`${folder} is a symbolic link that leads out of the workspace`);
    case "file":
      return {
        code: "config/missing-package",
        message: `${folder} is a file, not a folder`,
        help: "name the folder of a Python package",
      };
    case undefined: {
      const above = posix.dirname(folder);
      const near = nearest(posix.basename(folder), files?.names(above) ?? []);
      const meant = near === undefined ? undefined : posix.join(above, near);
      return {
        code: "config/missing-package",
        message: `there is no folder ${folder} in the workspace`,
        help:
          meant === undefined
            ? "add it, or correct the path, which begins at the folder of esteira.yaml"
            : `did you mean ${JSON.stringify(meant)}?`,
      };
    }
  }
}

function outside(message: string): Omit<Problem, "path"> {
  return {
    code: "config/package-outside",
    message,
    help: "copy the package into the workspace and name it from there, such as libs/pricing; or publish it, and add it to the requirements",
  };
}

function notAPackage(folder: string, files: ProjectFiles): Omit<Problem, "path"> | undefined {
  const kind = packageKind(files, folder);
  const name = posix.basename(folder);
  if (kind === "plain" && !IMPORTABLE.test(name)) {
    return {
      code: "config/no-package",
      message: `${folder} has an __init__.py, but Python can't import a package called ${name}`,
      help: "name the folder with letters, digits and underscores only, or give it a pyproject.toml",
    };
  }
  if (kind !== undefined) return undefined;
  const within = files
    .names(folder)
    .map((one) => `${folder}/${one}`)
    .find((one) => packageKind(files, one) !== undefined);
  return {
    code: "config/no-package",
    message: `${folder} is no Python package: it has no pyproject.toml with a [project], and no __init__.py`,
    help:
      within === undefined
        ? "give it a pyproject.toml, or an __init__.py where it is imported by its folder's name"
        : `did you mean ${JSON.stringify(within)}?`,
  };
}

/** Two plain packages of one name would be copied to one place. */
export function packagesDiffer({ project, config, files }: ProjectContext): Problem[] {
  const { workspace } = files;
  if (workspace === undefined || project.runtime.packages === undefined) return [];
  const names = new Map<string, string>();
  return (config.runtime?.packages ?? []).flatMap((written, index): Problem[] => {
    const folder = packageFolder(written);
    if (packageKind(workspace, folder) !== "plain") return [];
    const name = posix.basename(folder);
    const other = names.get(name);
    names.set(name, folder);
    if (other === undefined || other === folder) return [];
    return [
      {
        code: "config/package-twice",
        path: ["runtime", "packages", index],
        message: `${other} and ${folder} are both imported as ${name}`,
        help: "rename one of the two folders",
      },
    ];
  });
}
