import { setTimeout as sleep } from "node:timers/promises";

import { runId, type RunId } from "../../../core/ids.ts";
import { ok } from "../../../core/result.ts";
import type { ActionOf } from "../definition.ts";
import { failed, fromPlatform } from "../../../app/failure.ts";
import type { CliContext } from "../../terminal/context.ts";
import type { driveCommand } from "./drive-command.ts";
import { withRole } from "../../../app/roles.ts";
import type { Platform } from "../../../platform/port.ts";

const needed = {
  role: "driver",
  lacking: () => ({
    message: "runs of this environment drive themselves",
    help: "There is nothing to do.",
  }),
} as const;

/**
 * Drives one run to its end, watched by nobody. A signal releases the run: its attempts continue,
 * and it can be resumed.
 */
export const drive: ActionOf<typeof driveCommand> = async (context, flags, run) =>
  withRole(context, flags.env, needed, async (driver, { platform }) => {
    let interrupted = false;
    using _interrupts = context.onInterrupt(() => {
      interrupted = true;
      void platform.close();
    });
    const id = runId(run);
    const hold = await platform.heldSteps?.ofRun(id);
    if (hold?.ok === true && hold.value !== undefined) {
      await holdPatiently(context, platform, id, () => interrupted);
      return ok(interrupted ? "interrupted" : "ok");
    }
    const driven = await driver.drive(id);
    if (driven.ok) {
      await Promise.all([
        notifyPatiently(context, platform, id, () => interrupted),
        holdPatiently(context, platform, id, () => interrupted),
      ]);
    }
    if (interrupted) return ok("interrupted");
    if (!driven.ok) return failed(fromPlatform(driven.error));
    return ok(driven.value.status === "SUCCEEDED" ? "ok" : "failed");
  });

/**
 * How long it stays for who couldn't be notified at once, in milliseconds: servers that make
 * strangers wait do so for some minutes.
 */
const patienceMs = 30 * 60_000;

/**
 * Continues notifying people of the run's end. Nobody waits for this process, and others may not
 * come for hours.
 */
async function notifyPatiently(
  context: CliContext,
  platform: Platform,
  run: RunId,
  interrupted: () => boolean,
): Promise<void> {
  const until = context.clock.now() + patienceMs;
  while (!interrupted()) {
    await platform.outbox?.sendDue();
    const deliveries = await platform.deliveries.ofRun(run);
    if (!deliveries.ok || interrupted()) return;
    const next = Math.min(...deliveries.value.map(({ nextTry }) => nextTry ?? Infinity));
    if (next > until) return;
    while (!interrupted() && context.clock.now() < next) await sleep(1000);
  }
}

/** How often it looks whether the time was changed, in milliseconds. */
const lookEveryMs = 5000;

/** Stays until the places of the run's failed steps have been given up: nobody else may come. */
async function holdPatiently(
  { clock }: CliContext,
  { heldSteps }: Platform,
  run: RunId,
  interrupted: () => boolean,
): Promise<void> {
  for (;;) {
    const hold = await heldSteps?.ofRun(run);
    if (interrupted() || hold?.ok !== true || hold.value === undefined) break;
    await sleep(Math.max(0, Math.min(lookEveryMs, hold.value.until - clock.now())));
  }
  if (!interrupted()) await heldSteps?.endDue();
}
