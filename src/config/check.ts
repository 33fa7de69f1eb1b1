import type { Diagnostic } from "../core/diagnostic.ts";
import { toDiagnostic } from "./to-diagnostic.ts";
import { normalizeWorkspace } from "./normalize-workspace.ts";
import { WORKSPACE_RULES } from "./rules/workspace-rules.ts";
import { workspaceSchema } from "./schema/schema-workspace.ts";
import { typed } from "./typed.ts";
import { type CheckedWorkspace, WORKSPACE_FILE } from "./workspace-file.ts";
import { readYaml } from "./yaml/yaml-source.ts";

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
