import type { ProjectFiles } from "../../config/project-files.ts";
import { pythonFiles } from "../python-files.ts";

/** A variable that code can't do without, and where that stands. */
export interface NeededVariable {
  readonly name: string;
  /** Path of the first file that reads it. */
  readonly file: string;
}

/** What a machine, a tool or Esteira sets. */
const given =
  /^(?:HOME|PATH|USER|PWD|TZ|LANG|TMPDIR|HOSTNAME|ENV|PYTHON\w*|(?:ESTEIRA|MLFLOW|AWS)_\w+)$/;

/**
 * Variables that the code reads by `os.environ["NAME"]`, which fails where there is none: by name,
 * sorted. `os.getenv` and `.get` have an answer without it, and what the code sets itself is there.
 */
export function neededVariables(files: ProjectFiles): readonly NeededVariable[] {
  const found = new Map<string, string>();
  const own = new Set<string>();
  for (const [path, text] of sources(files)) {
    // In a notebook the quotes are behind a backslash.
    for (const [, name = "", assigned] of text.matchAll(
      /\benviron\[\s*\\?["']([A-Za-z_]\w*)\\?["']\s*\](\s*=(?!=))?/g,
    )) {
      if (assigned !== undefined) own.add(name);
      else if (!given.test(name) && !found.has(name)) found.set(name, path);
    }
    for (const [, name = ""] of text.matchAll(
      /\benviron\.setdefault\(\s*\\?["']([A-Za-z_]\w*)\\?["']/g,
    )) {
      own.add(name);
    }
  }
  return [...found]
    .filter(([name]) => !own.has(name))
    .map(([name, file]) => ({ name, file }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

function sources(files: ProjectFiles): ReadonlyMap<string, string> {
  const notebooks = [".", "notebooks"].flatMap((folder) =>
    files
      .names(folder)
      .filter((name) => name.endsWith(".ipynb"))
      .map((name) => (folder === "." ? name : `${folder}/${name}`)),
  );
  return new Map([
    ...pythonFiles(files),
    ...notebooks.map((path) => [path, files.read(path) ?? ""] as const),
  ]);
}
