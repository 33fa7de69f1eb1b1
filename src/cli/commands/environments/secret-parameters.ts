import { textFlag } from "../flags.ts";
import { proposeProjects, proposeSecrets } from "../proposals.ts";

/** A secret by the variable that steps have it in, or `shared:NAME`. */
export const secretParameter = {
  brief: "Variable that steps have the secret in, or shared:NAME",
  placeholder: "NAME",
  parse: String,
  proposeCompletions: proposeSecrets,
} as const;

/** Which project's, where several have a secret of the same name. */
export const projectFlag = {
  ...textFlag("PROJECT", "Whose secret it is, where several projects have one of that name"),
  proposeCompletions: proposeProjects,
} as const;
