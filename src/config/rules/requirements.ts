import { posix } from "node:path";

import { sourceRange } from "../yaml/source-range.ts";
import type { Path, Problem } from "../problem.ts";
import type { ProjectFiles } from "../project-files.ts";
import { packageFolder, packageKind } from "../shared-packages.ts";
import type { ProjectContext } from "./rule.ts";

/** A file or folder that a line of a requirements file names. */
interface Named {
  readonly path: string;
  /** Another requirements or constraints file. */
  readonly includes: boolean;
  readonly offset: number;
}

/**
 * What a requirements file includes and installs from folders must be in the project: the image's
 * build has nothing else.
 */
export function requirementsAreInTheProject({ project, files }: ProjectContext): Problem[] {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  const read = (file: string, path: Path): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = files.read(file);
    if (text === undefined) return;
    for (const { path: named, includes, offset } of namedIn(text)) {
      // pip takes an included file from beside the one that includes it, and a folder from where
      // it runs (https://pip.pypa.io/en/stable/reference/requirements-file-format/).
      const place = posix.normalize(includes ? posix.join(posix.dirname(file), named) : named);
      const outside = place === ".." || place.startsWith("../");
      const kind = outside
        ? undefined
        : place === "."
          ? "folder"
          : files.kind(place.replace(/\/$/, ""));
      if (kind === "file" && includes) read(place, path);
      if (kind === "file" || (kind === "folder" && !includes)) continue;
      problems.push({
        code:
          outside || kind === "outside"
            ? "config/requirement-outside"
            : "config/missing-requirement",
        path,
        location: {
          file: `${project.directory}/${file}`,
          range: sourceRange(text, offset, offset + named.length),
        },
        message:
          outside || kind === "outside"
            ? `${named} is outside of the project, and the image is built from the project's folder alone`
            : `there is no ${includes ? "file" : "file or folder"} ${place} in the project`,
        help:
          outside || kind === "outside"
            ? remedyFor(posix.join(project.directory, place), files)
            : "add it, or correct the path",
      });
    }
  };
  const { runtime, testRequirementsFile } = project;
  if (runtime.requirementsFile !== undefined) {
    read(runtime.requirementsFile, ["runtime", "requirements_file"]);
  }
  if (testRequirementsFile !== undefined) read(testRequirementsFile, ["test", "requirements_file"]);
  return problems;
}

/** @param place from the workspace's root, unless it leads out of there */
function remedyFor(place: string, { workspace }: ProjectFiles): string {
  const folder = packageFolder(place);
  const isShared =
    workspace !== undefined &&
    !folder.startsWith("..") &&
    packageKind(workspace, folder) !== undefined;
  return isShared
    ? `take the line out, and name the package in config.yaml: runtime: { packages: [${folder}] }`
    : "copy it into the project, or publish it as a package";
}

function namedIn(text: string): readonly Named[] {
  const found: Named[] = [];
  let start = 0;
  for (const line of text.split("\n")) {
    const [, before = "", path = ""] =
      /^(\s*(?:-r|-c|--requirement|--constraint)(?:\s*=\s*|\s+|(?=[^\s-])))([^\s#]+)/.exec(line) ??
      [];
    const [, lead = "", folder = ""] =
      /^(\s*(?:(?:-e|--editable)(?:\s*=\s*|\s+))?(?:[\w.-]+\s*(?:\[[^\]]*\]\s*)?@\s*)?(?:file:(?!\/))?)(\.{1,2}(?:\/[^\s#;[]*)?)/.exec(
        line,
      ) ?? [];
    if (path !== "" && isLocal(path)) {
      found.push({ path, includes: true, offset: start + before.length });
    } else if (folder !== "" && isLocal(folder)) {
      found.push({ path: folder, includes: false, offset: start + lead.length });
    }
    start += line.length + 1;
  }
  return found;
}

/** Addresses, variables and places of the image are pip's own business. */
function isLocal(path: string): boolean {
  return !/^[a-z+]+:|^\/|[$~]/i.test(path);
}
