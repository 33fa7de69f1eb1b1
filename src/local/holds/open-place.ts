import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { ShellProgram } from "../../platform/roles/trials.ts";
import type { LocalContext } from "../context.ts";
import { attemptSpec, stepOf } from "../engine/attempt-spec.ts";
import { runtimeOf } from "../engine/context.ts";
import { drivenRun } from "../engine/driven-run.ts";
import type { AttemptRow } from "../store/attempts.ts";
import { readEvents } from "../store/events.ts";
import type { RunRow } from "../store/run-row.ts";

/**
 * The shell of a held attempt, with the variables that its command had. Secrets were kept nowhere,
 * and are read again.
 */
export async function openPlace(
  context: LocalContext,
  row: RunRow,
  attempt: AttemptRow,
): Promise<Result<ShellProgram, PlatformError>> {
  const run = drivenRun(context, row);
  const [scheduled] = readEvents(context.store, row.id, attempt.task - 1, 1);
  const task = { task: attempt.task, parameters: scheduled?.details["parameters"] ?? null };
  const step = stepOf(run, { ...task, state: attempt.step });
  if (step === undefined) throw new Error(`run ${row.run} has no step ${attempt.step}`);
  const spec = await attemptSpec(context, run, step, task);
  if (!spec.ok) {
    const [, message = spec.error] = /^\w+Error: ([^]*)$/.exec(spec.error) ?? [];
    return err({ reason: "refused", message, resource: `run ${row.run}` });
  }
  const runtime = runtimeOf(run.deploy);
  const executor = context.executors[runtime.executor];
  const program = await executor.enter(spec.value, runtime);
  return program.ok ? ok({ executor: executor.name, ...program.value }) : program;
}
