import { filesOnDisk } from "../config/disk.ts";
import type { Project } from "../config/model.ts";
import type { ProjectFiles } from "../config/project-files.ts";
import { packageKind } from "../config/shared-packages.ts";
import type { Diagnostic } from "../core/diagnostic.ts";

/**
 * Imports of packages that are in the workspace and outside of the project. They work on the
 * author's machine, by a path or an installation by hand, and no step would find them: neither the
 * image nor an attempt's folder has them.
 *
 * @param directories of all projects of the workspace, which aren't shared
 */
export async function outsideImports(
  root: string,
  projects: readonly Project[],
  directories: readonly string[],
): Promise<readonly Diagnostic[]> {
  const packages = workspacePackages(filesOnDisk(root, ""), directories);
  if (packages.size === 0) return [];
  // Few workspaces have any, and what reads imports takes its time to load.
  const { importsOf } = await import("./project-imports.ts");
  const once = new Map(projects.map((project) => [project.directory, project]));
  return [...once.values()].flatMap((project) =>
    importsOf(project, filesOnDisk(root, project.directory), packages),
  );
}

/** Deeper nobody looks for a package. */
const DEEPEST = 3;
const NEVER = /^(?:\..*|__pycache__|node_modules|tests?|docs|venv|env|build|dist)$/;

/**
 * What can be imported of a workspace's packages: a module's name to the folder that is installed.
 *
 * @param files of the workspace
 */
function workspacePackages(
  files: ProjectFiles,
  directories: readonly string[],
): ReadonlyMap<string, string> {
  const projects = new Set(directories);
  const found = new Map<string, string>();
  const add = (module: string, folder: string): void => {
    if (!found.has(module)) found.set(module, folder);
  };
  const visit = (folder: string, depth: number): void => {
    for (const name of files.names(folder === "" ? "." : folder)) {
      const path = folder === "" ? name : `${folder}/${name}`;
      if (NEVER.test(name) || projects.has(path) || files.kind(path) !== "folder") continue;
      switch (packageKind(files, path)) {
        case "plain":
          add(name, path);
          break;
        case "project":
          for (const module of modulesIn(files, path)) add(module, path);
          break;
        case undefined:
          if (depth < DEEPEST) visit(path, depth + 1);
      }
    }
  };
  visit("", 1);
  return found;
}

/** What a folder with a `pyproject.toml` gives to be imported: its packages, or those in `src`. */
function modulesIn(files: ProjectFiles, folder: string): readonly string[] {
  const place = files.kind(`${folder}/src`) === "folder" ? `${folder}/src` : folder;
  return files.names(place).flatMap((name) => {
    if (files.kind(`${place}/${name}/__init__.py`) === "file") return [name];
    return name.endsWith(".py") && !/^(?:setup|conftest|backend|test_.*)\.py$/.test(name)
      ? [name.slice(0, -3)]
      : [];
  });
}
