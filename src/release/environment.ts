import type { Environment, Project } from "../config/model.ts";
import { isReserved } from "../pipeline/step-task.ts";
import { outputsVariable } from "./step-sheet.ts";

/**
 * Variables that every step of a project gets, as its task definition has them; a later one wins:
 * MLflow's, `runtime.env_vars` (the environment's overlay is in them already), then `ENV` and
 * Esteira's own. What differs from step to step or from run to run comes over these in each task's
 * overrides (`pipeline/step-task.ts`), and never one of Esteira's.
 */
export function taskEnvironment(
  project: Project,
  environment: Environment,
  sourceHash: string,
): Readonly<Record<string, string>> {
  const own = Object.entries(project.runtime.environmentVariables).filter(
    ([name]) => !isReserved(name),
  );
  const variables = {
    ...mlflowVariables(project, environment),
    ...Object.fromEntries(own),
    ENV: environment.name,
    ESTEIRA_PROJECT: project.name,
    ESTEIRA_VERSION: project.version,
  };
  const code = { sourceHash, variables: Object.keys(variables) };
  return { ...variables, ...outputsVariable(project, environment, code) };
}

function mlflowVariables(project: Project, environment: Environment): Record<string, string> {
  const { mlflow } = environment;
  if (!mlflow) return {};
  const endpoint =
    mlflow.s3EndpointUrl ??
    (environment.platform === "aws" ? `https://s3.${environment.region}.amazonaws.com` : undefined);
  return {
    MLFLOW_TRACKING_URI: mlflow.trackingUri,
    ...(endpoint === undefined ? {} : { MLFLOW_S3_ENDPOINT_URL: endpoint }),
    MLFLOW_EXPERIMENT_NAME: project.name,
  };
}
