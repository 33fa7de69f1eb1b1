import { loadWorkspace } from "../../config/load.ts";
import type { Environment, Project } from "../../config/model.ts";
import { hasErrors } from "../../core/diagnostic.ts";
import type { Result } from "../../core/result.ts";
import type { MlflowRegistry } from "../../model-registry/mlflow.ts";
import type { ModelVersion } from "../../model-registry/registry.ts";
import type { Host } from "../host.ts";
import type { Exit } from "../exit-codes.ts";
import { failed, fromPlatform, notFound, type Failure } from "../failure.ts";
import type { Notices } from "../notices.ts";
import { openRegistry } from "./model-gate.ts";
import { selectOnDisk } from "../missing-projects.ts";
import { invalid, openWorkspace, type OpenedWorkspace } from "../workspace.ts";

/** One project's model, in the registry of an environment. */
export interface ModelSession {
  readonly opened: OpenedWorkspace;
  /** As it is for the environment. */
  readonly project: Project;
  readonly environment: Environment;
  readonly registry: MlflowRegistry;
  /** All versions of the model, the newest first. */
  readonly versions: readonly ModelVersion[];
}

/** Reads a project and opens the registry that its model is in. */
export async function withModel(
  host: Host,
  wanted: string | undefined,
  name: string,
  notices: Pick<Notices, "registry">,
  work: (session: ModelSession) => Promise<Result<Exit, Failure>>,
): Promise<Result<Exit, Failure>> {
  const opened = await openWorkspace(host, wanted);
  if (!opened.ok) return opened;
  const { environment, root } = opened.value;
  const chosen = await selectOnDisk(await loadWorkspace(root, environment.name), [name]);
  if (!chosen.ok) return chosen;
  const { projects, diagnostics } = chosen.value;
  const [project] = projects;
  if (hasErrors(diagnostics) || project === undefined) {
    return invalid(diagnostics, "nothing was done: correct the errors above first");
  }
  const registry = await openRegistry(host, environment, notices);
  if (!registry.ok) return failed(fromPlatform(registry.error));
  const versions = await registry.value.versions(project.model.name);
  if (!versions.ok) return failed(fromPlatform(versions.error));
  if (versions.value === undefined) {
    return notFound(
      `there is no model ${project.model.name} in MLflow at ${registry.value.address}`,
      `Register it, as \`mlflow.register_model(…, "${project.model.name}")\` does, or correct model.name in the config of ${project.name}.`,
    );
  }
  return work({
    opened: opened.value,
    project,
    environment,
    registry: registry.value,
    versions: versions.value,
  });
}
