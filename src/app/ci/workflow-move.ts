import { installCommand, installedProgram, type CiInstaller } from "./installer.ts";

/** A line of a workflow that installs Esteira by a name, whatever follows it. */
export interface UnpinnedLine {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/** What of a line belongs to the same command of a shell; `2>&1` does. */
const rest = "(?:[^&;|\\n]|&(?!&))*?";
const end = String.raw`(?=[ \t\r]*(?:&&|[;|\n]|[ \t]#|$))`;
const globally = String.raw`\bnpm[ \t]+(?:install|i|add)\b(?=${rest}[ \t](?:-g|--global)\b)`;
const byVariable = new RegExp(`${globally}${rest}\\$\\{?ESTEIRA_PACKAGE\\b${rest}${end}`, "gm");
const byName = new RegExp(
  `${globally}${rest}[ \\t"']esteira(?:@[^\\s"'&;|]*)?(?=["'\\s;&|]|$)${rest}${end}`,
  "gm",
);
/** The Python wheel by its name; one that a file pins is not named on the command line. */
const wheelByName = new RegExp(
  `\\b(?:pip3?|uv|uvx|pipx)\\b${rest}[ \\t"']esteira-ml(?:[=<>~!@[][^\\s"'&;|]*)?(?=["'\\s;&|]|$)`,
);
/** Nobody types more into a line; each further character would be looked at with all before it. */
const longestLine = 4_000;
const variable = /^\s+ESTEIRA_PACKAGE:\s*["']?esteira(@|["'\s]|$)/;

/**
 * Lines of a workflow that install Esteira by a name and with no hash of its content:
 * `npm install --global`, as workflows did that an earlier `esteira init` wrote, and pip, pipx and
 * uv with the name of the wheel.
 */
export function unpinnedLines(workflow: string): readonly UnpinnedLine[] {
  const byNpm = new Set(npmLines(workflow).map(({ line }) => line));
  return commandLines(workflow).filter(
    ({ line, text }) => byNpm.has(line) || wheelByName.test(text),
  );
}

function npmLines(workflow: string): readonly UnpinnedLine[] {
  const lines = commandLines(workflow);
  const named = lines.some(({ text }) => variable.test(text));
  return lines.filter(
    ({ text }) => text.search(byName) !== -1 || (named && text.search(byVariable) !== -1),
  );
}

/** All lines that may hold a command: no comments, nor what is longer than anybody types. */
function commandLines(workflow: string): readonly UnpinnedLine[] {
  return workflow
    .split(/\r?\n/)
    .flatMap((text, index) => (mayHoldCommand(text) ? [{ line: index + 1, text }] : []));
}

function mayHoldCommand(line: string): boolean {
  return line.length <= longestLine && !/^\s*#/.test(line);
}

/**
 * The same workflow with the Esteira that the workspace pins. Only the commands that install it by
 * a name, those that then run it, and what an earlier `esteira init` wrote are changed; all that
 * somebody added stays.
 */
export function movedWorkflow(workflow: string, installer: CiInstaller): string {
  if (npmLines(workflow).length === 0) return workflow;
  const scripts = inScripts(workflow, (script) =>
    script
      .replaceAll(byVariable, installCommand[installer])
      .replaceAll(byName, installCommand[installer])
      .replaceAll(runsIt, `$1${installedProgram[installer]} `),
  );
  return (
    scripts
      .replace(/^ {2}# What npm installs: .*\r?\n/m, "")
      .replace(/^ {2}ESTEIRA_PACKAGE:.*\r?\n/m, "")
      .replaceAll(
        // What is below `with:` of the checkout, where neither is said.
        /^( +)(?=persist-credentials: false\r?\n)/gm,
        /^ +(submodules|lfs):/m.test(workflow)
          ? "$1"
          : "$1submodules: true # of projects that are repositories themselves\n$1lfs: true\n$1",
      )
      // An `env:` with nothing left in it.
      .replace(/^env:\r?\n(?=\r?\n|\S)(\r?\n)?/m, "")
      .replace(
        /^( {2}pull_request:\r?\n {4}types: \[opened, synchronize, reopened, edited\]\r?\n)(?! {2}merge_group)/m,
        "$1  merge_group:\n",
      )
      .replace(
        "group: check-${{ github.event.pull_request.number }}",
        "group: check-${{ github.event.pull_request.number || github.ref }}",
      )
      .replace(
        /^( +- name: Check the branch\r?\n)( +)(run: )/m,
        "$1$2if: github.event_name == 'pull_request' # a merge queue's branch has another name\n$2$3",
      )
  );
}

/** `esteira` at the beginning of a command, behind the variables that it is given. */
const runsIt = /((?:^|&&|[;|])[ \t]*(?:\w+=\S*[ \t]+)*)esteira /g;

/** Changes what shells run: what is behind `run:`, or each line of its block. */
function inScripts(workflow: string, change: (script: string) => string): string {
  let block: number | undefined;
  const lines = workflow.split("\n").map((line) => {
    const indent = line.search(/\S/);
    if (block !== undefined && (indent === -1 || indent > block)) {
      return mayHoldCommand(line) ? change(line) : line;
    }
    block = undefined;
    const [, key, script = ""] = /^(\s*(?:- +)?run:[ \t]+)(.*)$/s.exec(line) ?? [];
    if (key === undefined) return line;
    if (/^[|>][-+\d]*\s*(?:#.*)?$/.test(script)) block = key.indexOf("run:");
    return block === undefined && mayHoldCommand(line) ? key + change(script) : line;
  });
  return lines.join("\n");
}
