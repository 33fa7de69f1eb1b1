import { join, relative } from "node:path";

import { launchConfiguration } from "../../app/trials/debug-command.ts";
import type { TrialListener } from "../../app/trials/try-steps.ts";
import type { Project } from "../../config/model.ts";
import type { CliContext } from "../terminal/context.ts";
import { cleanOutput, factLines, wrap } from "./text.ts";
import { duration } from "./time.ts";

export interface TrialShown {
  readonly json: boolean;
  /** The workspace's. */
  readonly root: string;
  readonly project: Project;
  readonly environment: string;
  /** What that run ran, not the project's folder. */
  readonly deployed: boolean;
  /** The run whose artifacts the steps find, where that is still to be said. */
  readonly source: string | undefined;
  /** It was started with parameters, which the steps get too. */
  readonly asStarted: boolean;
  /** Where a debugger is waited for. */
  readonly port: number | undefined;
}

/**
 * Shows steps that are tried. Paths of the copy that a step runs in become those of the project's
 * own folder, so that a traceback names the file that somebody edits.
 */
export function trialRenderer(context: CliContext, shown: TrialShown): TrialListener {
  const output = shown.json ? context.errors : context.out;
  const { style } = output;
  const { name } = shown.project;
  const directory = relative(context.cwd, join(shown.root, shown.project.directory)) || ".";
  let folder: string | undefined;
  const ownPaths = (text: string): string =>
    folder === undefined || shown.deployed ? text : text.replaceAll(`${folder}/`, `${directory}/`);

  return {
    begun(step, where) {
      ({ folder } = where);
      const from = shown.deployed ? "as it was deployed" : `from ${directory}`;
      const facts = `${name} ${step.id} · ${shown.environment} · ${from}`;
      const given = shown.asStarted ? "artifacts and parameters" : "artifacts";
      const artifacts = shown.source === undefined ? "" : ` · ${given} of ${shown.source}`;
      const heading = `${style.bold(facts)}${style.dim(artifacts)}`;
      output.lines(["", ...factLines(heading, output.wrapAt())]);
      if (shown.port === undefined || folder === undefined) return;
      output.lines([
        `Waiting for a debugger on 127.0.0.1:${shown.port}. For VS Code, in .vscode/launch.json:`,
        ...launchConfiguration(
          `${name} ${step.id}`,
          shown.port,
          shown.project.directory,
          folder,
        ).split("\n"),
        "For PyCharm, whose debugger starts the program itself, a Python configuration:",
        `  interpreter        ${where.python ?? ""}`,
        `  working directory  ${join(shown.root, shown.project.directory)}`,
        `  script             ${step.command}`,
        `  variables          esteira env ${name} ${step.id}`,
        "",
      ]);
    },
    line({ stream, text }) {
      const clean = cleanOutput(ownPaths(text), output.color);
      output.line(stream === "system" ? style.dim(clean) : clean);
    },
    ended({ step, exitCode, stopped, durationMs, diagnosis }) {
      const after = duration(durationMs);
      if (stopped) output.line(style.yellow(`■ ${step} was stopped after ${after}`));
      else if (exitCode === 0) output.line(style.green(`✓ ${step} succeeded in ${after}`));
      else output.line(style.red(`✗ ${step} ended with exit code ${exitCode} after ${after}`));
      if (diagnosis === undefined) return;
      const wrapped = (text: string): readonly string[] =>
        wrap(cleanOutput(ownPaths(text), false), output.wrapAt() - 2);
      output.lines([
        ...wrapped(`${diagnosis.message}.`).map((text) => `  ${text}`),
        ...wrapped(diagnosis.help).map((text) => `  ${style.dim(text)}`),
      ]);
    },
  };
}
