import type { RunId } from "../../core/ids.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { HeldSteps } from "../../platform/roles/held-steps.ts";
import type { StepHold } from "../../runs/model.ts";
import type { LocalContext } from "../context.ts";
import { guarded, noSuchRun } from "../errors.ts";
import { startProcess } from "../runs/detach.ts";
import type { AttemptRow } from "../store/attempts.ts";
import { audit } from "../store/audit.ts";
import type { RunRow } from "../store/run-row.ts";
import { findRun } from "../store/runs.ts";
import { cutStepHold, openStepHold, prolongStepHold } from "../store/step-holds.ts";
import { endDueHolds } from "./give-up.ts";
import { heldAttempts } from "./held-attempts.ts";
import { openPlace } from "./open-place.ts";

/** While somebody is inside, a place is kept for so long from each sign of life. */
const insideMs = 120_000;
const signEveryMs = 30_000;

/** The places of failed steps on this machine. */
export function localHeldSteps(context: LocalContext): HeldSteps {
  const { layout, store, environment, clock } = context;

  const about = <T>(
    run: RunId,
    answer: (row: RunRow) => Result<T, PlatformError> | Promise<Result<T, PlatformError>>,
  ): Promise<Result<T, PlatformError>> =>
    guarded(layout, () => {
      const row = findRun(store, environment, run);
      return row === undefined ? err(noSuchRun(run, environment)) : answer(row);
    });

  const held = (
    row: RunRow,
  ): (StepHold & { readonly attempts: readonly AttemptRow[] }) | undefined => {
    const until = openStepHold(store, row.id)?.until;
    if (until === undefined || until <= clock.now()) return undefined;
    const attempts = heldAttempts(store, row.id).held;
    if (attempts.length === 0) return undefined;
    return { until, steps: attempts.map(({ step, item }) => ({ step, item })), attempts };
  };

  return {
    ofRun: (run) =>
      about(run, (row) => {
        const found = held(row);
        return ok(found && { until: found.until, steps: found.steps });
      }),
    enter: (run, step, work) =>
      about(run, async (row) => {
        const attempt = held(row)?.attempts.find((one) => one.step === step);
        if (attempt === undefined) return err(notHeld(row, step));
        const opened = await openPlace(context, row, attempt);
        if (!opened.ok) return opened;
        const stay = (): void => {
          store.write(() => prolongStepHold(store, row.id, clock.now() + insideMs), "relaxed");
        };
        stay();
        const signs = setInterval(stay, signEveryMs);
        try {
          await work(opened.value);
          return ok(undefined);
        } finally {
          clearInterval(signs);
        }
      }),
    end: (run, actor) =>
      about(run, async (row) => {
        if (held(row) === undefined) return ok(false);
        const at = clock.now();
        store.write(() => {
          cutStepHold(store, row.id, at);
          audit(store, {
            at,
            environment,
            actor,
            action: "stop",
            project: row.project,
            subject: row.run,
          });
        });
        await endDueHolds(context);
        return ok(true);
      }),
    endDue: () =>
      guarded(layout, async () => {
        await endDueHolds(context);
        return ok(undefined);
      }),
    watch: (run) =>
      guarded(layout, () => {
        if (context.launcher !== undefined) startProcess(context, run, context.launcher(run));
        return ok(undefined);
      }),
  };
}

function notHeld({ run, project }: RunRow, step: string): PlatformError {
  return {
    reason: "refused",
    message: `${run} holds no place of the step ${step}`,
    help: `\`esteira run ${project} --hold-on-failure 30m\` keeps the place of a step that fails; \`esteira dev ${project} ${step} --from ${run}\` runs this one again, on what that run left.`,
    resource: `run ${run}`,
  };
}
