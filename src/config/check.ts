import type { Diagnostic } from "../core/diagnostic.ts";
import type { EnvironmentName } from "../core/ids.ts";
import { toDiagnostic } from "./to-diagnostic.ts";
import type { Workspace } from "./model.ts";
import { normalizeWorkspace } from "./normalize-workspace.ts";
import { WORKSPACE_RULES } from "./rules/workspace-rules.ts";
import { workspaceSchema } from "./schema/schema-workspace.ts";
import { didYouMean } from "./suggest.ts";
import { typed } from "./typed.ts";
import { readYaml } from "./yaml/yaml-source.ts";

export const WORKSPACE_FILE = "esteira.yaml";

export interface CheckedWorkspace {
  readonly workspace: Workspace;
  /** False when `esteira.yaml` couldn't be used and `workspace` holds defaults. */
  readonly usable: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads `esteira.yaml`.
 *
 * @param content its bytes, why they can't be had, or undefined when there is no such file
 * @param folder name of the workspace's folder, the default of its name
 */
export function checkWorkspace(
  content: Uint8Array | Diagnostic | undefined,
  folder: string,
): CheckedWorkspace {
  const defaults = normalizeWorkspace({}, folder);
  const broken = (diagnostics: readonly Diagnostic[]): CheckedWorkspace => ({
    workspace: defaults,
    usable: false,
    diagnostics,
  });
  if (content === undefined) return { workspace: defaults, usable: true, diagnostics: [] };
  if (!(content instanceof Uint8Array)) return broken([content]);
  const read = readYaml(WORKSPACE_FILE, content);
  if (!read.ok) return broken(read.error);
  const source = read.value;
  const checked = typed(workspaceSchema, source);
  if (!checked.ok) return broken(checked.error.map((problem) => toDiagnostic(source, problem)));
  const workspace = normalizeWorkspace(checked.value, folder);
  const problems = WORKSPACE_RULES.flatMap((rule) => rule({ workspace, raw: checked.value }));
  return {
    workspace,
    usable: true,
    diagnostics: problems.map((problem) => toDiagnostic(source, problem)),
  };
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
