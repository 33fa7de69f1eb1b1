import type { Notices } from "../../app/notices.ts";
import type { CliContext } from "./context.ts";

/**
 * Prints what an operation reports beside its result: warnings always, the registry's only to
 * people.
 */
export function noticesTo(context: CliContext, json: boolean | undefined): Notices {
  const { errors } = context;
  return {
    warnings: async (diagnostics) => {
      if (diagnostics.length === 0) return;
      const { showDiagnostics } = await import("./diagnostics.ts");
      showDiagnostics(context, diagnostics);
    },
    registry: (text) => {
      if (json !== true) errors.line(errors.style.yellow(`! ${text}`));
    },
  };
}
