import type { Environment } from "../../config/model.ts";
import type { Release } from "../../release/release.ts";
import { suggestion } from "../names.ts";

/**
 * What a person should know of runs whose `ESTEIRA_MODEL_URI` is empty although their environment
 * asks a registry; undefined where steps have a version, or nobody asks for one.
 *
 * @param version the model's version that the run, or the deploy that it is started from, has
 */
export function missingModel(
  { name, mlflow }: Pick<Environment, "name" | "mlflow">,
  { project, model }: Pick<Release, "project" | "model">,
  version: string | undefined,
): string | undefined {
  if (version !== undefined || !model.required) return undefined;
  if (mlflow === undefined || mlflow.gate === "off") return undefined;
  return `ESTEIRA_MODEL_URI is empty: no version of the model ${model.name} was found when ${project} was deployed to ${name}; \`${suggestion(name, "deploy", project)}\` asks again`;
}
