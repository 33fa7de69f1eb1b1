import { rmSync } from "node:fs";
import { join } from "node:path";

import { attemptFiles, isToBeHeld } from "./attempt-files.ts";
import { clearAway } from "./clear-away.ts";
import type { Executor } from "./port.ts";
import type { ProcessContext, ProcessExecutorOptions } from "./process-options.ts";
import { foreseeing, preparing } from "./process-prepare.ts";
import { shellOfFailed, shellOfStep } from "./process-shell.ts";
import { startAttempt, tidiedUp } from "./process-start.ts";
import { adoptSupervised } from "./supervised.ts";
import { killSurvivors } from "./survivors.ts";

/**
 * Runs steps as processes of this machine, each in a virtual environment and under a supervisor.
 */
export function createProcessExecutor(options: ProcessExecutorOptions): Executor {
  const context: ProcessContext = {
    graceSeconds: 30,
    wishes: { installer: "auto", hardLinks: false },
    ...options,
  };
  return {
    name: "process",
    prepare: preparing(context),
    foresee: foreseeing(context),
    start: (spec, runtime) => startAttempt(context, spec, runtime),
    shell: (spec, runtime) => shellOfStep(context, spec, runtime),
    enter: (spec, runtime) => shellOfFailed(context, spec, runtime),

    async giveUp(directory) {
      if (!isToBeHeld(directory)) return true;
      await killSurvivors(directory);
      await clearAway(join(directory, attemptFiles.work));
      await clearAway(join(directory, attemptFiles.artifacts));
      rmSync(join(directory, attemptFiles.hold), { force: true });
      return true;
    },

    async adopt(directory) {
      const running = adoptSupervised(directory);
      return running && tidiedUp(directory, running);
    },
  };
}
