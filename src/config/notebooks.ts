import { quotedForShell } from "../core/shell-command.ts";

/** A notebook that a step runs, as its command names it. */
export interface NotebookCommand {
  /** Relative to the project. */
  readonly path: string;
  /** What is behind it: arguments of Papermill, as they are written. */
  readonly rest: string;
}

/** What runs a notebook, and what its cells run in. */
export const NOTEBOOK_PACKAGES = ["papermill", "ipykernel"] as const;

/** The notebook that a command begins with; undefined: it is another command. */
export function notebookIn(command: string): NotebookCommand | undefined {
  const [, double, single, bare, rest = ""] =
    /^\s*(?:"([^"\n]+\.ipynb)"|'([^'\n]+\.ipynb)'|([^\s"'$`;&|<>()]+\.ipynb))(?=\s|$)([^\n]*)\s*$/.exec(
      command,
    ) ?? [];
  const path = double ?? single ?? bare;
  return path === undefined
    ? undefined
    : { path: path.replace(/^(?:\.\/)+/, ""), rest: rest.trim() };
}

/**
 * The shell command line that runs a notebook by Papermill: with the run's parameters, in the
 * kernel of the step's own environment whatever the notebook was written with, in the notebook's
 * own folder, where Jupyter and editors run it too, and with the executed notebook among what the
 * step leaves.
 *
 * @param parameters names of the project's parameters, as in `config.yaml`
 * @see https://papermill.readthedocs.io/en/latest/usage-cli.html
 */
export function papermillCommand(
  { path, rest }: NotebookCommand,
  parameters: readonly string[],
): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
  const cwd =
    folder === "" || /(?:^|\s)--cwd\b/.test(rest) ? [] : [`--cwd ${quotedForShell(folder)}`];
  const given = parameters.map((one) => `-p ${one} "$ESTEIRA_PARAM_${one.toUpperCase()}"`);
  const kernel = /(?:^|\s)(?:-k|--kernel)\b/.test(rest) ? [] : ["-k python3"];
  return [
    "papermill --log-output --no-progress-bar",
    ...kernel,
    ...cwd,
    ...given,
    ...(rest === "" ? [] : [rest]),
    quotedForShell(path),
    `"$ESTEIRA_ARTIFACTS_DIR"/${quotedForShell(name)}`,
  ].join(" ");
}
