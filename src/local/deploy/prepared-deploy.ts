import { join } from "node:path";

import { err, ok, type Result } from "../../core/result.ts";
import { decidedModel } from "../../platform/models.ts";
import type { ModelDecision } from "../../platform/plan.ts";
import type { ApplyOptions, PlatformError } from "../../platform/port.ts";
import type { Release } from "../../release/release.ts";
import { checkDefinition } from "../engine/check-definition.ts";
import { deployedNow } from "../store/deployments.ts";
import type { DeployContext } from "./context.ts";
import { requirementsHash } from "./environment-parts.ts";
import { takeSnapshot } from "./snapshot.ts";
import { interrupted, reportingSteps } from "./step-reporter.ts";
import { markEnvironmentUsed } from "./tidy.ts";

/** What a release can be run from; nothing is recorded yet. */
export interface PreparedDeploy {
  /** Of the copy of its sources, absolute. */
  readonly folder: string;
  readonly decided: Readonly<Record<string, string>>;
}

/** Copies a release's sources and makes its environment. */
export async function preparedDeploy(
  context: DeployContext,
  release: Release,
  { listener, signal }: Pick<ApplyOptions, "listener" | "signal">,
  model?: ModelDecision,
): Promise<Result<PreparedDeploy, PlatformError>> {
  const { store, environment, layout } = context;
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
  return ok({ folder, decided });
}

function environmentText(executor: string): string {
  return executor === "docker" ? "build the image" : "prepare the Python environment";
}
