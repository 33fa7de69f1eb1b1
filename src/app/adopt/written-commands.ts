import type { ProjectFiles } from "../../config/project-files.ts";

/** A command that an author wrote down for people. */
export interface WrittenCommand {
  /** Path of the script, or name of the module behind `-m`. */
  readonly runs: string;
  /** The words of the command, `python` first. */
  readonly words: readonly string[];
}

/** Where authors say how their code is run, the first that says something. */
const PLACES = ["README.md", "README.rst", "README.txt", "README", "Makefile"] as const;

/**
 * The commands by which a folder's own documents run its scripts, each script once, in the order in
 * which they are written. Only code counts (fences, indented lines, lines behind a prompt), and
 * only commands without anything that a shell would have to compute.
 *
 * @returns the file that has them as well; undefined where no document has any
 */
export function writtenCommands(
  files: ProjectFiles,
): { readonly file: string; readonly commands: readonly WrittenCommand[] } | undefined {
  for (const file of PLACES) {
    const commands = codeLines(files.read(file) ?? "").flatMap(
      (line) => commandIn(line, files) ?? [],
    );
    const once = new Map(commands.toReversed().map((command) => [command.runs, command]));
    const inOrder = commands.filter((command) => once.get(command.runs) === command);
    if (inOrder.length > 0) return { file, commands: inOrder };
  }
  return undefined;
}

/** https://spec.commonmark.org/0.31.2/#fenced-code-blocks and #indented-code-blocks */
function codeLines(text: string): readonly string[] {
  let fence: string | undefined;
  return text.split(/\r?\n/).flatMap((line) => {
    const [, marker] = /^ {0,3}(```+|~~~+)/.exec(line) ?? [];
    if (marker !== undefined && (fence === undefined || marker.startsWith(fence))) {
      fence = fence === undefined ? marker : undefined;
      return [];
    }
    return fence !== undefined || /^(?: {4}|\t|[$%>] )/.test(line) ? [line] : [];
  });
}

const starters = /^(?:(?:uv|poetry|pipenv|pdm|hatch) run +)?python[\d.]* +/;
/** What a shell would compute, and what only shows something. */
const computed = /[|&;<>`$()*?{}\\!]|(?:^|\s)(?:--help|-h|--version)(?:\s|$)/;
const ofTools =
  /^(?:pip|venv|virtualenv|pytest|unittest|build|black|ruff|mypy|ipykernel|jupyter)\b/;

function commandIn(line: string, files: ProjectFiles): WrittenCommand | undefined {
  const text = line
    .replace(/^[\s$%>@]+/, "")
    .replace(/\s#[^]*/, "")
    .trim();
  if (!starters.test(text)) return undefined;
  const rest = text.replace(starters, "");
  if (computed.test(rest)) return undefined;
  const words = (rest.match(/"[^"]*"|'[^']*'|[^\s"']+/g) ?? []).map((word) =>
    word.replaceAll(/^["']|["']$/g, ""),
  );
  const isModule = words[0] === "-m";
  const runs = (isModule ? words[1] : words[0])?.replace(/^\.\//, "");
  if (runs === undefined || runs.startsWith("-")) return undefined;
  if (isModule ? !isOwnModule(runs, files) : !isOwnScript(runs, files)) return undefined;
  return { runs, words: ["python", ...words] };
}

function isOwnScript(path: string, files: ProjectFiles): boolean {
  const isTest = /(?:^|\/)(?:tests?\/|setup\.py$|test_|conftest\.py$)/.test(path);
  return path.endsWith(".py") && !isTest && files.kind(path) === "file";
}

/** One below `src/` is found only where the folder is installed, which is for others to say. */
function isOwnModule(module: string, files: ProjectFiles): boolean {
  const path = module.replaceAll(".", "/");
  if (ofTools.test(module)) return false;
  return files.kind(`${path}.py`) === "file" || files.kind(`${path}/__main__.py`) === "file";
}
