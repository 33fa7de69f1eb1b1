import { runId } from "../../core/ids.ts";
import { ok } from "../../core/result.ts";
import type { Action } from "../action.ts";
import { failed, fromPlatform, refused } from "../failure.ts";
import type { EnvironmentFlags } from "../flags.ts";
import { withPlatform } from "../workspace.ts";

/** Drives one run to its end, watched by nobody. A signal lets go of the run: its attempts go on, and it can be taken up. */
export const drive: Action<EnvironmentFlags, [string]> = async (context, flags, run) =>
  withPlatform(context, flags.env, async ({ platform }) => {
    if (platform.drive === undefined) {
      return refused("runs of this environment drive themselves", "There is nothing to do.");
    }
    let interrupted = false;
    using _interrupts = context.onInterrupt(() => {
      interrupted = true;
      void platform.close();
    });
    const driven = await platform.drive(runId(run));
    if (interrupted) return ok("interrupted");
    if (!driven.ok) return failed(fromPlatform(driven.error));
    return ok(driven.value.status === "SUCCEEDED" ? "ok" : "failed");
  });
