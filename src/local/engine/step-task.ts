import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";

import type { Mask } from "../../core/mask.ts";
import { err } from "../../core/result.ts";
import type { ReleaseStep } from "../../release/release.ts";
import type { Signal } from "../../states/types.ts";
import { markToBeHeld } from "../executors/attempt-files.ts";
import type { AttemptResult, RunningAttempt } from "../executors/port.ts";
import { appendSystemLine } from "../executors/output-log.ts";
import { refusedBySystem } from "../errors.ts";
import { attemptDirectory } from "../layout.ts";
import { attemptEnded, attemptsOfRun, type NewAttempt } from "../store/attempts.ts";
import { attemptSpec, stepOf } from "./attempt-spec.ts";
import { type DrivenRun, type EngineContext, runtimeOf } from "./context.ts";
import { secretsMask } from "./secrets-mask.ts";
import { withReport } from "./step-report.ts";
import { resultSignal, submittedSignal } from "./task-result.ts";
import { failedTask, type TaskCommand, type TaskToStart, type Work } from "./work.ts";

/**
 * Seconds between SIGTERM and SIGKILL for an attempt of no more interest, as ECS has it by default.
 */
export const stopGraceSeconds = 30;

/** A step's attempt: `ecs:runTask.sync` on this machine. */
export function stepTask(context: EngineContext, run: DrivenRun, task: TaskToStart): Work {
  const { command, report } = task;
  const { admission, observer, clock, store } = context;
  const directory = attemptDirectory(context.layout, run.run, command.task);
  const runtime = runtimeOf(run.deploy);
  const executor = context.executors[runtime.executor];
  const off = new AbortController();
  let released = false;

  const attemptOf = (step: ReleaseStep): NewAttempt => ({
    runId: run.id,
    task: command.task,
    step: step.id,
    number: command.retryCount + 1,
    item: command.mapIndex,
    directory,
    resources: step.resources,
    owner: context.owner,
    requestedAt: clock.now(),
  });

  /**
   * Reports to the execution an attempt that runs, from where its history ends, and its
   * end.
   */
  const follow = (attempt: RunningAttempt, row: number, step: ReleaseStep): void => {
    const begun: Signal[] = [];
    if (command.progress === "scheduled") begun.push({ kind: "task-started", task: command.task });
    if (command.progress !== "submitted") {
      begun.push(submittedSignal(run, command, step, attempt.startedAt));
    }
    if (begun.length > 0) report(begun);
    attempt.finished.then((result) => finish(result, row, step)).catch(task.broken);
  };

  const finish = (result: AttemptResult, row: number, step: ReleaseStep): void => {
    if (released || off.signal.aborted) return;
    observer.effect?.(run.run, `finished ${command.task}`);
    const known = withReport(context.layout, run, command.task, step.id, result);
    report([resultSignal(run, command, step, known)], () => attemptEnded(store, row, clock.now()));
  };

  const begin = async (): Promise<{ attempt: RunningAttempt; row: number } | undefined> => {
    await task.after;
    const step = stepOf(run, command);
    if (step === undefined) {
      const cause = `The release has no step for the state '${command.state}'`;
      report(failedTask(command.task, "ECS.InvalidParameterException", cause));
      return undefined;
    }
    const refused = (message: string): undefined => {
      report(neverRan(run, command, step, { kind: "start-failed", message, at: clock.now() }));
    };
    try {
      await mkdir(directory, { recursive: true });
    } catch (error) {
      return refused(refusal(error));
    }
    // Before anything else is asked for: what runs or has run needs neither secrets nor sources any
    // more.
    if (task.again) {
      const found = await executor.adopt(directory, runtime, maskOf(context, run));
      if (found !== undefined) {
        const { id } = admission.reattach(attemptOf(step));
        if (!released && !off.signal.aborted) follow(found, id, step);
        return { attempt: found, row: id };
      }
      if (command.progress !== "scheduled") {
        return refused("the attempt had begun, but nothing is left that says how it ended");
      }
    }
    const spec = await attemptSpec(context, run, step, command).catch((error: unknown) =>
      err(refusal(error)),
    );
    if (!spec.ok) return refused(spec.error);
    const admitted = await admission.admit(attemptOf(step), off.signal);
    if (admitted === undefined) return undefined;
    const row = admitted.row.id;
    if (admitted.beyond.length > 0) {
      const text = `the step asks for ${admitted.beyond.join(" and ")}: it runs alone on this machine`;
      appendSystemLine(directory, clock.now(), text);
    }
    if (run.holds) markToBeHeld(directory);
    observer.effect?.(run.run, `start ${command.task}`);
    const attempt = await started(executor.start(spec.value, runtime), clock.now());
    observer.effect?.(run.run, `started ${command.task}`);
    if (!released && !off.signal.aborted) follow(attempt, row, step);
    return { attempt, row };
  };

  const begun = begin();
  begun.catch(task.broken);

  return {
    async stop() {
      off.abort();
      const started = await begun.catch(() => undefined);
      if (started === undefined) return;
      await started.attempt.stop(stopGraceSeconds);
      admission.leave(started.row);
    },
    release() {
      released = true;
      off.abort();
    },
  };
}

/**
 * What the machine refuses (no space, a folder that is gone), as ECS would say it; the rest is a
 * bug.
 */
function refusal(error: unknown): string {
  const message = refusedBySystem(error);
  if (message === undefined) throw error;
  return `CannotCreateContainerError: ${message}`;
}

/** What the machine refuses is an attempt that could not start. */
async function started(attempt: Promise<RunningAttempt>, at: number): Promise<RunningAttempt> {
  try {
    return await attempt;
  } catch (error) {
    const message = refusal(error);
    return {
      startedAt: at,
      finished: Promise.resolve({ kind: "start-failed", message, at }),
      stop: () => Promise.resolve(),
    };
  }
}

/** The signals of an attempt of which nothing ever ran, or nothing is known. */
function neverRan(
  run: DrivenRun,
  command: TaskCommand,
  step: ReleaseStep,
  result: Extract<AttemptResult, { readonly kind: "start-failed" }>,
): Signal[] {
  const { task, progress } = command;
  const signals: Signal[] = [];
  if (progress === "scheduled") signals.push({ kind: "task-started", task });
  if (progress !== "submitted") signals.push(submittedSignal(run, command, step, result.at));
  signals.push(resultSignal(run, command, step, result));
  return signals;
}

/**
 * An attempt that was given up before this process took the run over: it is ended if it still runs.
 */
export function leftStepTask(context: EngineContext, run: DrivenRun, task: number): Work {
  const directory = attemptDirectory(context.layout, run.run, task);
  const runtime = runtimeOf(run.deploy);
  return {
    async stop() {
      if (!existsSync(directory)) return;
      const executor = context.executors[runtime.executor];
      const found = await executor.adopt(directory, runtime, maskOf(context, run));
      await found?.stop(stopGraceSeconds);
      const row = attemptsOfRun(context.store, run.id).find((attempt) => attempt.task === task);
      if (row !== undefined) context.admission.leave(row.id);
    },
    release: () => undefined,
  };
}

/** What this process knows of the secrets that the run's steps were given. */
function maskOf(
  { layout, processEnvironment }: EngineContext,
  { deploy, project }: DrivenRun,
): Mask {
  return secretsMask(layout, project, deploy.release.task.secrets, processEnvironment);
}
