import type { Diagnostic } from "../core/diagnostic.ts";
import type { EnvironmentName } from "../core/ids.ts";
import type { Workspace } from "./model.ts";
import { didYouMean } from "./suggest.ts";

export const WORKSPACE_FILE = "esteira.yaml";

export interface CheckedWorkspace {
  readonly workspace: Workspace;
  /** False when `esteira.yaml` couldn't be used and `workspace` holds defaults. */
  readonly usable: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** The problem that an environment which was asked for isn't there; none where it is. */
export function unknownEnvironment(
  checked: CheckedWorkspace,
  environment: EnvironmentName,
): readonly Diagnostic[] {
  const { environments } = checked.workspace;
  if (!checked.usable || environments.has(environment)) return [];
  return [
    {
      code: "workspace/unknown-environment",
      severity: "error",
      message: `there is no environment "${environment}"`,
      help: didYouMean(environment, environments.keys()),
    },
  ];
}
