import type { Environment } from "../config/model.ts";
import { ok, type Result } from "../core/result.ts";
import type { DeployedRelease, PlatformError } from "../platform/port.ts";
import type { UndeployedPromotion } from "../runs/watch/facts.ts";
import { chooseVersion } from "./gate.ts";
import { type ModelRegistry, placeText } from "./registry.ts";

/** The part of a deployed release that says which model its runs have. */
export type DeployedWithModel = Pick<DeployedRelease, "decided"> & {
  readonly release: Pick<DeployedRelease["release"], "project" | "model" | "definition">;
};

/**
 * Models of deployed projects of which another version is where the environment takes it than runs
 * have: for all of them in a few requests. A version that only a deploy would promote is none.
 *
 * @param open opens the registry that the environment names
 */
export async function undeployedPromotions(
  { mlflow, name }: Pick<Environment, "mlflow" | "name">,
  deployed: readonly DeployedWithModel[],
  open: () => Promise<Result<ModelRegistry, PlatformError>>,
): Promise<Result<readonly UndeployedPromotion[], PlatformError>> {
  const asking = deployed.filter(
    ({ release: { model, definition } }) => model.required && definition !== undefined,
  );
  if (mlflow === undefined || mlflow.gate === "off" || asking.length === 0) return ok([]);
  const opened = await open();
  if (!opened.ok) return opened;
  const { address } = opened.value;
  const latest = await opened.value.latest(asking.map(({ release }) => release.model.name));
  if (!latest.ok) return latest;
  return ok(
    asking.flatMap(({ release: { project, model }, decided }): UndeployedPromotion[] => {
      const candidate = chooseVersion(
        {
          project,
          environment: name,
          model: { ...model, promoteOnDeploy: false },
          accepts: mlflow.accepts,
          address,
        },
        latest.value.get(model.name),
      );
      if (!candidate.ok) return [];
      const { version, place } = candidate;
      if (decided["model_uri"] === `models:/${model.name}/${version.version}`) return [];
      return [
        {
          project,
          model: model.name,
          place: placeText(place),
          version: version.version,
          // An alias is moved without a trace in the version.
          since: place.kind === "stage" ? version.changedAt : undefined,
          runs: decided["model"],
        },
      ];
    }),
  );
}
