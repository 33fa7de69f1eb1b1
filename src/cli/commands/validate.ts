import { loadWorkspace } from "../../config/load.ts";
import type { Diagnostic } from "../../core/diagnostic.ts";
import { ok } from "../../core/result.ts";
import type { Action } from "../action.ts";
import type { CommonFlags } from "../flags.ts";
import { renderVerdict } from "../render/verdict.ts";
import { findWorkspace, select } from "../workspace.ts";

export const validate: Action<CommonFlags, readonly string[]> = async (
  context,
  flags,
  ...names
) => {
  const root = await findWorkspace(context);
  if (!root.ok) return root;
  const loaded = await loadWorkspace(root.value, "local");
  const chosen = select(loaded, names);
  if (!chosen.ok) return chosen;
  const { diagnostics, projectDirectories } = chosen.value;
  const errors = of(diagnostics, "error");
  const environments = [...loaded.workspace.environments.keys()];
  if (flags.json) {
    context.out.line(
      JSON.stringify({
        schema: 1,
        valid: errors === 0,
        environments,
        projects: projectDirectories,
        diagnostics,
      }),
    );
  } else {
    if (diagnostics.length > 0) {
      const { showDiagnostics } = await import("../diagnostics.ts");
      showDiagnostics(context, diagnostics, context.out);
    }
    context.out.line(
      renderVerdict(
        {
          projects: projectDirectories.length,
          environments,
          errors,
          warnings: of(diagnostics, "warning"),
        },
        context.out.style,
      ),
    );
  }
  return ok(errors === 0 ? "ok" : "invalid");
};

function of(diagnostics: readonly Diagnostic[], severity: Diagnostic["severity"]): number {
  return diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
}
