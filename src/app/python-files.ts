import type { ProjectFiles } from "../config/project-files.ts";

/** The file and those that it includes, one after the other; undefined when it isn't there. */
export function requirementsText(
  files: ProjectFiles,
  file: string,
  seen = new Set<string>(),
): string | undefined {
  const text = files.read(file);
  if (text === undefined || seen.has(file)) return text;
  seen.add(file);
  const folder = file.includes("/") ? file.slice(0, file.lastIndexOf("/") + 1) : "";
  const included = [...text.matchAll(/^[ \t]*(?:-r|--requirement)[ \t=]+(\S+)/gm)].map(
    ([, name = ""]) => requirementsText(files, `${folder}${name}`, seen) ?? "",
  );
  return [text, ...included].join("\n");
}

/** Tests and hidden folders aren't part of what runs; so many files are enough for a guess. */
const mostFiles = 300;
const leftOut =
  /^(?:\..*|__pycache__|tests?|venv|node_modules|test_.*|.*_test\.py|conftest\.py|setup\.py)$/;

/** The Python files that run, by their path in the project. */
export function pythonFiles(files: ProjectFiles): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const visit = (folder: string): void => {
    for (const name of files.names(folder === "" ? "." : folder)) {
      if (leftOut.test(name) || found.size >= mostFiles) continue;
      const path = `${folder}${folder === "" ? "" : "/"}${name}`;
      if (name.endsWith(".py")) {
        const text = files.read(path);
        if (text !== undefined) found.set(path, text);
      } else if (files.kind(path) === "folder") visit(path);
    }
  };
  visit("");
  return found;
}

/**
 * Every file and folder counts: a step in `steps/` finds its neighbours without their folder's
 * name.
 */
export function ownModules(files: ProjectFiles): ReadonlySet<string> {
  const own = new Set<string>();
  const visit = (folder: string, depth: number): void => {
    for (const name of files.names(folder === "" ? "." : folder)) {
      if (/^(?:\.|__pycache__|venv|node_modules)/.test(name)) continue;
      const path = `${folder}${folder === "" ? "" : "/"}${name}`;
      if (name.endsWith(".py")) own.add(name.slice(0, -3));
      else if (files.kind(path) === "folder") {
        own.add(name);
        if (depth < 6) visit(path, depth + 1);
      }
    }
  };
  visit("", 0);
  return own;
}
