import { existsSync } from "node:fs";
import { join } from "node:path";

import { err, ok, type Result } from "../../core/result.ts";
import { helperWords } from "../../core/step-helper.ts";
import type { PlatformError } from "../../platform/port.ts";
import { attemptFiles } from "./attempt-files.ts";
import { installHelper } from "./install-helper.ts";
import { interactiveShell } from "./interactive-shell.ts";
import { activated } from "./packages/activation.ts";
import type { AttemptSpec, PreparedRuntime, TerminalProgram } from "./port.ts";
import { environmentOf } from "./process-environment.ts";
import { decisionOf, type ProcessContext } from "./process-options.ts";
import { copyWritable } from "./working-copy.ts";

/** A shell in a new copy of what a step runs in. */
export async function shellOfStep(
  context: ProcessContext,
  spec: AttemptSpec,
  runtime: PreparedRuntime,
): Promise<TerminalProgram> {
  const folder = join(spec.directory, attemptFiles.work);
  await copyWritable(spec.snapshot, folder);
  return shellIn(context, folder, spec, runtime, []);
}

/** A shell in the folder that a failed attempt left. */
export async function shellOfFailed(
  context: ProcessContext,
  spec: AttemptSpec,
  runtime: PreparedRuntime,
): Promise<Result<TerminalProgram, PlatformError>> {
  const folder = join(spec.directory, attemptFiles.work);
  if (!existsSync(folder)) {
    return err({
      reason: "failed",
      message: `the folder in which ${spec.step} failed is gone: ${folder}`,
      help: `\`esteira dev ${spec.project} ${spec.step} --from ${spec.run}\` runs the step again, on what that run left.`,
      resource: `run ${spec.run}`,
    });
  }
  return ok(await shellIn(context, folder, spec, runtime, ["--as-left"]));
}

async function shellIn(
  { dataDirectory, processEnvironment }: ProcessContext,
  folder: string,
  spec: AttemptSpec,
  runtime: PreparedRuntime,
  more: readonly string[],
): Promise<TerminalProgram> {
  const { python, virtualEnvironment } = decisionOf(runtime);
  const artifacts = join(spec.directory, attemptFiles.artifacts);
  const words =
    spec.reportAs === undefined
      ? []
      : [
          ...helperWords(python, await installHelper(dataDirectory)),
          "--supervised",
          ...more,
          `--artifacts=${artifacts}`,
        ];
  const active = activated(virtualEnvironment, interactiveShell);
  const [program, ...rest] = [...words, "sh", "-c", active.command];
  const terminal = Object.fromEntries(
    ["TERM", "COLORTERM"].map((name) => [name, processEnvironment[name]]),
  );
  const environment = {
    ...active.variables,
    ...environmentOf(spec, virtualEnvironment, processEnvironment),
  };
  return { command: [program, ...rest], folder, environment: { ...terminal, ...environment } };
}
