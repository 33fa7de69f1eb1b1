import { installCommand, installedProgram, type CiInstaller } from "./installer.ts";

/** A line of a workflow that installs Esteira by a name, whatever follows it. */
export interface UnpinnedLine {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

const byVariable = /\bnpm\s+(install|i|add)\b.*\s(-g|--global)\b.*\$\{?ESTEIRA_PACKAGE\b/;
const byName =
  /\bnpm\s+(install|i|add)\b(?=.*\s(-g|--global)\b).*\sesteira(@[^\s"']*)?(?=["'\s]|$)/;
const variable = /^\s+ESTEIRA_PACKAGE:\s*["']?esteira(@|["'\s]|$)/;

/**
 * Lines of a workflow that run `npm install --global` with a name and no hash of its content, as
 * workflows did that an earlier `esteira init` wrote.
 */
export function unpinnedLines(workflow: string): readonly UnpinnedLine[] {
  const lines = workflow.split(/\r?\n/);
  const named = lines.some((line) => variable.test(line));
  return lines.flatMap((text, index) => {
    if (/^\s*#/.test(text)) return [];
    return byName.test(text) || (named && byVariable.test(text)) ? [{ line: index + 1, text }] : [];
  });
}

/**
 * The same workflow with the Esteira that the workspace pins. Only lines that an earlier
 * `esteira init` wrote are changed; all that somebody added stays.
 */
export function movedWorkflow(workflow: string, installer: CiInstaller): string {
  if (unpinnedLines(workflow).length === 0) return workflow;
  return (
    workflow
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
      .replaceAll(
        new RegExp(`^([^\\S\\n]*(?:- )?run: ).*(?:${byVariable.source}|${byName.source}).*$`, "gm"),
        `$1${installCommand[installer]}`,
      )
      .replaceAll(
        /^([ \t]*(?:- )?run: (?:.*(?:&&|;|\|) )?)esteira /gm,
        `$1${installedProgram[installer]} `,
      )
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
