import { existsSync } from "node:fs";
import { join } from "node:path";

import { quotedForShell } from "../../core/shell-command.ts";
import { helperWords } from "../../core/step-helper.ts";
import { notKeptText } from "../../runs/undeclared.ts";
import { installSupervisor } from "../supervisor/install.ts";
import { attemptFiles, readIdentity, reopen } from "./attempt-files.ts";
import { clearAway } from "./clear-away.ts";
import { filesLeft } from "./files-left.ts";
import { installHelper } from "./install-helper.ts";
import { appendSystemLine } from "./output-log.ts";
import { activated } from "./packages/activation.ts";
import type { AttemptSpec, PreparedRuntime, RunningAttempt } from "./port.ts";
import { environmentOf } from "./process-environment.ts";
import { decisionOf, type ProcessContext } from "./process-options.ts";
import { failedStart, findSupervised, startSupervised } from "./supervised.ts";
import { killSurvivors } from "./survivors.ts";
import { copyWritable } from "./working-copy.ts";

const gib = 1024 ** 3;

/** Starts an attempt under a supervisor, or finds the one that was started before. */
export async function startAttempt(
  { dataDirectory, processEnvironment, graceSeconds }: ProcessContext,
  spec: AttemptSpec,
  runtime: PreparedRuntime,
): Promise<RunningAttempt> {
  const earlier = findSupervised(spec.directory);
  if (earlier !== undefined) return tidiedUp(spec.directory, earlier, spec.snapshot);
  if (readIdentity(spec.directory) === "abandoned") {
    // A supervisor that is late may not find the door open again: it would start the step too.
    await killSurvivors(spec.directory);
    reopen(spec.directory);
  }
  const decided = decisionOf(runtime);
  const { layer = decided.virtualEnvironment } = runtime.decided;
  if (!existsSync(join(decided.virtualEnvironment, "bin", "python")) || !existsSync(layer)) {
    return failedStart(
      `the virtual environment ${decided.virtualEnvironment} or its interpreter ${decided.python} is gone; deploy again`,
    );
  }
  const workDirectory = join(spec.directory, attemptFiles.work);
  const script = await installSupervisor(dataDirectory, decided);
  const active = activated(decided.virtualEnvironment, spec.command);
  const command = await commandOf(spec, active.command, decided.python, dataDirectory);
  const started = await startSupervised({
    directory: spec.directory,
    workDirectory,
    ready: copyWritable(spec.snapshot, workDirectory),
    command,
    environment: {
      ...active.variables,
      ...environmentOf(spec, decided.virtualEnvironment, processEnvironment),
    },
    secrets: spec.secrets,
    timeoutSeconds: spec.timeoutSeconds,
    graceSeconds,
    memoryBytes: spec.resources.memoryGb * gib,
    python: decided.python,
    script,
  });
  return tidiedUp(spec.directory, started, spec.snapshot);
}

/**
 * A step that runs in the helper has an empty folder for its artifacts, also when it starts anew.
 */
async function commandOf(
  spec: AttemptSpec,
  line: string,
  python: string,
  dataDirectory: string,
): Promise<string> {
  if (spec.reportAs === undefined) return line;
  const artifacts = join(spec.directory, attemptFiles.artifacts);
  await clearAway(artifacts);
  const words = [
    ...helperWords(python, await installHelper(dataDirectory)),
    "--supervised",
    `--artifacts=${artifacts}`,
    `--attempt=${spec.reportAs}`,
    "sh",
    "-c",
    line,
  ];
  return `exec ${words.map(quotedForShell).join(" ")}`;
}

/**
 * The working copy of an attempt that succeeded goes; that of a failed one stays, to be looked
 * into.
 */
export function tidiedUp(
  directory: string,
  running: RunningAttempt,
  snapshot?: string,
): RunningAttempt {
  const finished = running.finished.then(async (result) => {
    if (result.kind === "exited" && result.exitCode === 0) {
      // Where the helper was, it has looked itself.
      const inHelper = existsSync(join(directory, attemptFiles.artifacts));
      const undeclared = inHelper ? undefined : await filesLeft(directory, snapshot);
      if (undeclared !== undefined) {
        appendSystemLine(directory, result.endedAt, notKeptText(undeclared));
      }
      await clearAway(join(directory, attemptFiles.work));
      await clearAway(join(directory, attemptFiles.artifacts));
      return { ...result, undeclared };
    }
    return result;
  });
  return { ...running, finished };
}
