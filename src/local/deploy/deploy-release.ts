import { existsSync } from "node:fs";
import { join } from "node:path";

import { err, ok, type Result } from "../../core/result.ts";
import { decidedModel, withoutGate } from "../../platform/models.ts";
import type { ModelDecision } from "../../platform/plan.ts";
import type { ApplyOptions, PlatformError } from "../../platform/port.ts";
import type { FingerprintedRelease, Release } from "../../release/release.ts";
import { checkDefinition } from "../engine/check-definition.ts";
import { audit } from "../store/audit.ts";
import { deployedNow, recordDeploy } from "../store/deployments.ts";
import { putSchedule, removeSchedule } from "../store/schedules.ts";
import type { DeployContext } from "./context.ts";
import { requirementsHash } from "./environment-parts.ts";
import { takeSnapshot } from "./snapshot.ts";
import { interrupted, reportingSteps } from "./step-reporter.ts";
import { markEnvironmentUsed } from "./tidy.ts";

/** Snapshot, environment, and last of all the row that makes the release the deployed one. */
export async function deployRelease(
  context: DeployContext,
  { release, fingerprint, authored }: FingerprintedRelease,
  options: ApplyOptions,
  model: ModelDecision | undefined,
): Promise<Result<"changed", PlatformError>> {
  const { store, environment, clock, layout } = context;
  const { actor, listener, signal } = options;
  const { project } = release;
  const step = reportingSteps(context, project, listener);

  const checked = checkDefinition(layout, release);
  if (!checked.ok) return checked;
  const choice = await context.choose(release);
  if (!choice.ok) return choice;
  const { executor } = choice.value;

  const snapshot = await step("snapshot", "copy the project's sources", () =>
    takeSnapshot(layout, release),
  );
  if (!snapshot.ok) return snapshot;
  for (const diagnostic of snapshot.value.warnings) {
    listener({ kind: "warning", project, diagnostic });
  }
  const { hash } = snapshot.value;
  const folder = join(layout.snapshots, hash);
  const runtime = await step("environment", environmentText(executor), () =>
    context.executors[executor].prepare(
      release,
      folder,
      (text) => listener({ kind: "output", project, text }),
      signal,
      { packages: snapshot.value.packages },
    ),
  );
  if (!runtime.ok) return runtime;
  if (signal?.aborted === true) return err(interrupted({ project }));

  for (const message of runtime.value.notes ?? []) {
    const diagnostic = { code: "deploy/environment", severity: "warning", message } as const;
    listener({ kind: "warning", project, diagnostic });
  }
  await markEnvironmentUsed(runtime.value.decided);
  const requirements = await requirementsHash(release, folder);
  const before = deployedNow(store, environment, project)?.decided;
  const decided: Readonly<Record<string, string>> = {
    ...decidedModel(model, before),
    ...runtime.value.decided,
    ...(requirements === undefined ? {} : { requirements }),
    executor: runtime.value.executor,
    snapshot: hash,
  };
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

function environmentText(executor: string): string {
  return executor === "docker" ? "build the image" : "prepare the Python environment";
}
