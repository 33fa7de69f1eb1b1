import { ok } from "../../../core/result.ts";
import { validateWorkspace } from "../../../app/validate.ts";
import { renderVerdict } from "../../render/verdict.ts";
import { printJson } from "../../terminal/json-output.ts";
import type { ActionOf } from "../definition.ts";
import type { validateCommand } from "./validate-command.ts";

export const validate: ActionOf<typeof validateCommand> = async (context, flags, ...names) => {
  const checked = await validateWorkspace(context, flags.env, names);
  if (!checked.ok) return checked;
  const { valid, environments, projects, diagnostics } = checked.value;
  if (flags.json) {
    printJson(context, "validate", checked.value);
    return ok(valid ? "ok" : "invalid");
  }
  if (diagnostics.length > 0) {
    const { showDiagnostics } = await import("../../terminal/diagnostics.ts");
    showDiagnostics(context, diagnostics, context.out);
  }
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const verdict = { projects: projects.length, environments, errors };
  context.out.line(renderVerdict(verdict, context.out.style));
  return ok(valid ? "ok" : "invalid");
};
