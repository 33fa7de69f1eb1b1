import { loadWorkspace } from "../../../config/load.ts";
import { ok } from "../../../core/result.ts";
import type { ActionOf } from "../definition.ts";
import { definitionDiagnostics } from "../../../app/deploy/definition-check.ts";
import type { validateCommand } from "./validate-command.ts";
import { renderVerdict } from "../../render/verdict.ts";
import { findWorkspace, select } from "../../../app/workspace.ts";
import { printJson } from "../../terminal/json-output.ts";

export const validate: ActionOf<typeof validateCommand> = async (context, flags, ...names) => {
  const root = await findWorkspace(context);
  if (!root.ok) return root;
  const loaded = await loadWorkspace(root.value, flags.env ?? "local", {
    onlyEnvironment: flags.env !== undefined,
  });
  const chosen = select(loaded, names);
  if (!chosen.ok) return chosen;
  const { projectDirectories } = chosen.value;
  const inEnvironments = [...loaded.byEnvironment.values()]
    .flat()
    .filter(({ directory }) => projectDirectories.includes(directory));
  const diagnostics = [
    ...chosen.value.diagnostics,
    ...(await definitionDiagnostics(inEnvironments)),
  ];
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const environments = flags.env === undefined ? [...loaded.byEnvironment.keys()] : [flags.env];
  if (flags.json) {
    printJson(context, "validate", {
      valid: errors === 0,
      environments,
      projects: projectDirectories,
      diagnostics,
    });
  } else {
    if (diagnostics.length > 0) {
      const { showDiagnostics } = await import("../../terminal/diagnostics.ts");
      showDiagnostics(context, diagnostics, context.out);
    }
    context.out.line(
      renderVerdict(
        {
          projects: projectDirectories.length,
          environments,
          errors,
        },
        context.out.style,
      ),
    );
  }
  return ok(errors === 0 ? "ok" : "invalid");
};
