import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { makeRunId } from "../../core/ids.ts";
import { err } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { WorkingCopy } from "../../platform/roles/working-copy.ts";
import type { LocalContext } from "../context.ts";
import { guarded } from "../errors.ts";
import { clearAway } from "../executors/clear-away.ts";
import { addDeploy, deployById } from "../store/deployments.ts";
import { findRun } from "../store/runs.ts";
import { copyKept } from "./kept-copy.ts";
import { startFrom } from "./start.ts";

/** Runs of the working copy on this machine, each from a deploy that never is the current one. */
export function localWorkingCopy(context: LocalContext): WorkingCopy {
  const { store, layout, environment, clock, entropy } = context;
  return {
    start: (fingerprinted, input, { listener, signal, ...options }) =>
      guarded(layout, async () => {
        const { preparedDeploy } = await import("../deploy/prepared-deploy.ts");
        const { release, fingerprint } = fingerprinted;
        const prepared = await preparedDeploy(context, release, {
          signal,
          listener: (event) => {
            if (event.kind === "output") listener(event.text);
            if (event.kind === "warning") listener(event.diagnostic.message);
          },
        });
        if (!prepared.ok) return prepared;
        const id = store.write(() =>
          addDeploy(store, {
            environment,
            project: release.project,
            fingerprint,
            release,
            decided: { ...prepared.value.decided, working_copy: "true" },
            actor: input.actor,
            at: clock.now(),
          }),
        );
        const deploy = deployById(store, id);
        if (deploy === undefined) throw new Error(`deploy ${id} vanished`);
        const run = makeRunId(release.project, clock.now(), entropy());
        const own = join(layout.artifacts, release.project, run);
        try {
          if (input.origin !== null) {
            await mkdir(own, { recursive: true });
            await copyKept(layout, release.project, input.origin, own);
            if (signal.aborted) return err(interrupted(release.project));
          }
          const begun = { ...input, origin: null };
          return await startFrom(context, deploy, begun, "start", { ...options, id: run });
        } finally {
          // Artifacts that no run is known of are never removed later.
          if (findRun(store, environment, run) === undefined) await clearAway(own);
        }
      }),
  };
}

function interrupted(project: string): PlatformError {
  return {
    reason: "interrupted",
    message: `interrupted while the artifacts for the run of ${project} were copied`,
    help: "nothing was started and nothing of the copy is left; type it again",
    resource: project,
  };
}
