import type { Problem } from "../problem.ts";
import type { ProjectContext } from "./rule.ts";

/** What a deploy doesn't ask for it can't promote or measure. */
export function modelIsAskedFor({ config, project }: ProjectContext): Problem[] {
  if (project.model.required || config.model === undefined) return [];
  const field = (["promote_on_deploy", "metrics", "alias"] as const).find((name) =>
    name === "promote_on_deploy" ? config.model?.[name] === true : config.model?.[name],
  );
  if (field === undefined) return [];
  return [
    {
      code: "config/model-not-required",
      severity: "warning",
      path: ["model", field],
      at: "key",
      message: `model.${field} does nothing while the model isn't required`,
      help: "remove required: false, or this field",
    },
  ];
}

/** MLflow refuses these characters in the name of a registered model. */
export function modelNameIsValid({ project }: ProjectContext): Problem[] {
  if (!/[/:]/.test(project.model.name)) return [];
  return [
    {
      code: "config/model-name",
      path: ["model", "name"],
      message: `${JSON.stringify(project.model.name)} can't be the name of a registered model`,
      help: 'leave out "/" and ":"',
    },
  ];
}
