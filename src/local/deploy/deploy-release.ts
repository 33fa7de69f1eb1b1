import { existsSync } from "node:fs";

import { err, ok, type Result } from "../../core/result.ts";
import { withoutGate } from "../../platform/models.ts";
import type { ModelDecision } from "../../platform/plan.ts";
import type { ApplyOptions, PlatformError } from "../../platform/port.ts";
import type { FingerprintedRelease, Release } from "../../release/release.ts";
import { audit } from "../store/audit.ts";
import { recordDeploy } from "../store/deployments.ts";
import { putSchedule, removeSchedule } from "../store/schedules.ts";
import type { DeployContext } from "./context.ts";
import { preparedDeploy } from "./prepared-deploy.ts";
import { reportingSteps } from "./step-reporter.ts";

/** Snapshot, environment, and last of all the row that makes the release the deployed one. */
export async function deployRelease(
  context: DeployContext,
  { release, fingerprint, authored }: FingerprintedRelease,
  options: ApplyOptions,
  model: ModelDecision | undefined,
): Promise<Result<"changed", PlatformError>> {
  const { store, environment, clock } = context;
  const { actor, listener } = options;
  const { project } = release;
  const step = reportingSteps(context, project, listener);

  const prepared = await preparedDeploy(context, release, options, model);
  if (!prepared.ok) return prepared;
  const { decided, folder } = prepared.value;
  const at = clock.now();
  return step("release", `release ${release.version}`, async () =>
    store.write(() => {
      const needed = [folder, decided["virtual_environment"], decided["layer"]];
      if (needed.some((path) => path !== undefined && !existsSync(path))) {
        return err(removedMeanwhile(project));
      }
      recordSchedule(context, release, at);
      recordDeploy(store, {
        environment,
        project,
        fingerprint,
        authored,
        release,
        decided,
        actor,
        at,
      });
      const details = { fingerprint, version: release.version };
      audit(store, {
        at,
        environment,
        actor,
        action: "deploy",
        project,
        details,
        ...withoutGate(model),
      });
      return ok("changed");
    }),
  );
}

function removedMeanwhile(project: string): PlatformError {
  return {
    reason: "conflict",
    message: `what ${project} was to be deployed from was removed from .esteira meanwhile`,
    help: "Deploy again.",
    resource: project,
  };
}

function recordSchedule(context: DeployContext, release: Release, at: number): void {
  const { store, environment } = context;
  if (release.schedule === undefined) removeSchedule(store, environment, release.project);
  else putSchedule(store, environment, release.project, release.schedule, at);
}
