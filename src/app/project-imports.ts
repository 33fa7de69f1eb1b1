import { posix } from "node:path";

import type { Project } from "../config/model.ts";
import type { ProjectFiles } from "../config/project-files.ts";
import { sourceRange } from "../config/yaml/source-range.ts";
import type { Diagnostic } from "../core/diagnostic.ts";
import { missingImports } from "./doctor/imports.ts";
import { otherRequirements } from "./doctor/other-requirements.ts";
import { ownModules, pythonFiles, requirementsText } from "./python-files.ts";

/**
 * What a project imports of the workspace's packages and doesn't share.
 *
 * @param packages what can be imported of them: a module's name to the folder that is installed
 */
export function importsOf(
  project: Project,
  files: ProjectFiles,
  packages: ReadonlyMap<string, string>,
): Diagnostic[] {
  const { requirementsFile, dockerfile, packages: shared = [] } = project.runtime;
  const texts = pythonFiles(files);
  const installed = [...packages].flatMap(([module, folder]) =>
    shared.includes(folder) ? [module] : [],
  );
  const own = new Set([...ownModules(files), ...installed]);
  const wanted = [
    requirementsFile === undefined ? "" : (requirementsText(files, requirementsFile) ?? ""),
    ...otherRequirements(files, dockerfile).map((one) => requirementsText(files, one) ?? one),
  ].join("\n");
  return missingImports(texts, own, wanted).flatMap(({ module, file, line }): Diagnostic[] => {
    const folder = packages.get(module) ?? packageBelow(module, packages);
    if (folder === undefined) return [];
    const byFolder = !packages.has(module);
    const text = texts.get(file) ?? "";
    const start = text.split("\n", line - 1).join("\n").length + (line === 1 ? 0 : 1);
    const at = text.indexOf(module, start);
    const named = [...shared, folder].join(", ");
    return [
      {
        code: "source/import-outside",
        severity: "error",
        message: `${module} is ${byFolder ? "a folder of the workspace" : `in ${folder}`}, outside of the project, and no step would find it: the image is built from the project's folder alone`,
        help: `name ${byFolder ? "the package in it" : "it"} in config.yaml: runtime: { packages: [${named}] }${byFolder ? `; and import it by its own name, as in \`import ${posix.basename(folder)}\`` : ""}`,
        location: {
          file: `${project.directory}/${file}`,
          range: sourceRange(text, at, at + module.length),
        },
      },
    ];
  });
}

/** `import libs.pricing`: found by who starts Python in the workspace's folder. */
function packageBelow(top: string, packages: ReadonlyMap<string, string>): string | undefined {
  return [...packages.values()].find((folder) => folder.startsWith(`${top}/`));
}
