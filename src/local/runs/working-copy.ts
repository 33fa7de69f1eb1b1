import { ok } from "../../core/result.ts";
import type { WorkingCopy } from "../../platform/roles/working-copy.ts";
import type { LocalContext } from "../context.ts";
import { guarded } from "../errors.ts";
import { addDeploy, deployById } from "../store/deployments.ts";
import { startFrom } from "./start.ts";

/** Runs of the working copy on this machine, each from a deploy that never is the current one. */
export function localWorkingCopy(context: LocalContext): WorkingCopy {
  const { store, layout, environment, clock } = context;
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
        const started = await startFrom(context, deploy, input, "start", options);
        return started.ok ? ok(started.value) : started;
      }),
  };
}
