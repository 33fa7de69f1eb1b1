import { mkdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";

import { err, ok, type Result } from "../../core/result.ts";
import { shellCommand } from "../../core/shell-command.ts";
import { OUTPUTS_VARIABLE } from "../../core/step-helper.ts";
import type { PlatformError } from "../../platform/port.ts";
import type {
  StepTrials,
  Surroundings,
  Trial,
  TrialEnd,
  TrialPlace,
  TrialStart,
} from "../../platform/roles/trials.ts";
import type { Release } from "../../release/release.ts";
import type { LocalContext } from "../context.ts";
import { guarded } from "../errors.ts";
import { attemptFiles } from "../executors/attempt-files.ts";
import type { AttemptSpec } from "../executors/port.ts";
import { clearAway } from "../executors/clear-away.ts";
import type { Layout } from "../layout.ts";
import { readyFor, type Ready } from "./ready.ts";
import { neverRan, trialReading } from "./trial-reading.ts";
import { followFile } from "../runs/follow-file.ts";
import { copyKept } from "../runs/kept-copy.ts";

const stopGraceSeconds = 5;
/** Somebody watches it, or a debugger holds it. */
const limitSeconds = 24 * 3600;

/** Steps of this machine, each once, beside all runs. */
export function localTrials(context: LocalContext): StepTrials {
  const { layout } = context;
  return {
    begin: (project, start) => guarded(layout, () => beginTrial(layout, project, start)),
    surroundings: (release, trial) =>
      guarded(layout, () => surroundingsOf(context, release, trial)),
    shell: (release, trial, work) => guarded(layout, () => shellOf(context, release, trial, work)),
    run: (release, trial) => guarded(layout, () => runTrial(context, release, trial)),
  };
}

function scratchOf(layout: Layout, project: string): string {
  return join(layout.scratch, project);
}

function placeOf(layout: Layout, project: string): TrialPlace {
  const artifacts = join(scratchOf(layout, project), "artifacts");
  const artifactsUri = `${pathToFileURL(artifacts).href}/`;
  return { run: `${project}-scratch`, artifacts, artifactsUri };
}

async function beginTrial(
  layout: Layout,
  project: string,
  start: TrialStart,
): Promise<Result<TrialPlace, PlatformError>> {
  const place = placeOf(layout, project);
  if (start !== "kept") await clearAway(place.artifacts);
  await mkdir(place.artifacts, { recursive: true });
  if (typeof start === "string") return ok(place);
  await copyKept(layout, project, start.origin, place.artifacts);
  return ok(place);
}

async function surroundingsOf(
  context: LocalContext,
  release: Release,
  trial: Pick<Trial, "variables" | "signal" | "listener">,
): Promise<Result<Surroundings, PlatformError>> {
  const ready = await readyFor(context, release, { ...trial, packages: [] });
  if (!ready.ok) return ready;
  const { executor, runtime, secrets } = ready.value;
  const { virtual_environment: environment, image } = runtime.decided;
  const path = context.processEnvironment["PATH"] ?? "/usr/bin:/bin";
  const found =
    environment === undefined
      ? {}
      : {
          PATH: `${join(environment, "bin")}${delimiter}${path}`,
          VIRTUAL_ENV: environment,
          PYTHONUNBUFFERED: "1",
          PYTHONDONTWRITEBYTECODE: "1",
        };
  const { [OUTPUTS_VARIABLE]: _sheet, ...own } = release.task.environment;
  return ok({
    executor: executor.name,
    variables: { ...found, ...own, ...secrets, ...trial.variables },
    secrets: Object.keys(secrets),
    image,
  });
}

async function shellOf(
  context: LocalContext,
  release: Release,
  trial: Parameters<StepTrials["shell"]>[1],
  work: Parameters<StepTrials["shell"]>[2],
): Promise<Result<void, PlatformError>> {
  const { layout } = context;
  const { project } = release;
  const ready = await readyFor(context, release, { ...trial, packages: [] });
  if (!ready.ok) return ready;
  const { executor, runtime } = ready.value;
  // Two shells at once have a folder each.
  const name = `shell-${context.clock.now()}-${context.entropy()}`;
  const directory = join(scratchOf(layout, project), name);
  await mkdir(directory, { recursive: true });
  try {
    const spec = specOf(layout, release, ready.value, { ...trial, command: "", directory });
    const program = await executor.shell?.(spec, runtime);
    if (program === undefined) throw new Error(`${executor.name} has no shell`);
    await work({ executor: executor.name, ...program });
    return ok(undefined);
  } finally {
    await clearAway(directory);
  }
}

/** What an attempt gets that is no run's. */
function specOf(
  layout: Layout,
  { project, task, steps }: Release,
  { snapshot, secrets }: Ready,
  trial: Pick<Trial, "step" | "command" | "variables"> & { readonly directory: string },
): AttemptSpec {
  const { run, artifacts } = placeOf(layout, project);
  const step = steps.find(({ id }) => id === trial.step);
  return {
    run,
    project,
    step: trial.step,
    task: 0,
    directory: trial.directory,
    snapshot,
    command: shellCommand(trial.command),
    environment: { ...task.environment, ...secrets, ...trial.variables },
    secrets: Object.keys(secrets),
    resources: step?.resources ?? task.resources,
    timeoutSeconds: limitSeconds,
    sharedDirectory: artifacts,
    ...(OUTPUTS_VARIABLE in task.environment ? { reportAs: run } : {}),
  };
}

async function runTrial(
  context: LocalContext,
  release: Release,
  trial: Trial,
): Promise<Result<TrialEnd, PlatformError>> {
  const { layout, clock } = context;
  const { signal, listener } = trial;
  const { project } = release;
  const ready = await readyFor(context, release, trial);
  if (!ready.ok) return ready;
  const { executor, runtime } = ready.value;
  if (isAborted(signal)) {
    return ok({ exitCode: 143, task: neverRan, stopped: true, durationMs: 0 });
  }

  // The same folder each time, so that a debugger's paths stay true.
  const directory = join(scratchOf(layout, project), "attempt");
  await clearAway(directory);
  await mkdir(directory, { recursive: true });
  const begunAt = clock.now();
  const spec = specOf(layout, release, ready.value, { ...trial, directory });
  const attempt = await executor.start(spec, runtime);
  const { virtual_environment: environment } = runtime.decided;
  trial.onBegin?.({
    executor: executor.name,
    folder: executor.name === "process" ? join(directory, attemptFiles.work) : undefined,
    python: environment === undefined ? undefined : join(environment, "bin", "python"),
  });
  const stop = (): void => void attempt.stop(stopGraceSeconds);
  signal.addEventListener("abort", stop, { once: true });
  if (isAborted(signal)) stop();
  const result = await followFile(join(directory, attemptFiles.log), attempt.finished, listener);
  signal.removeEventListener("abort", stop);
  const durationMs = clock.now() - begunAt;
  if (result.kind === "exited") {
    const task = trialReading(result, spec.resources.memoryGb);
    return ok({ exitCode: result.exitCode, task, stopped: isAborted(signal), durationMs });
  }
  return err({
    reason: "failed",
    message: `the step ${trial.step} of ${project} could not be started: ${result.message}`,
    resource: project,
  });
}

/** A call, because the answer changes while the compiler thinks that it can't. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
