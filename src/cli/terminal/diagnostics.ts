import type { Diagnostic } from "../../core/diagnostic.ts";
import type { CliContext } from "./context.ts";
import type { Output } from "./output.ts";
import { githubAnnotations } from "../render/annotations.ts";
import { renderDiagnostics } from "../render/diagnostics.ts";

/**
 * Prints problems for people, and in GitHub Actions as annotations too. Each block ends with an
 * empty line.
 */
export function showDiagnostics(
  context: CliContext,
  diagnostics: readonly Diagnostic[],
  output: Output = context.errors,
): void {
  if (diagnostics.length === 0) return;
  const text = renderDiagnostics(diagnostics, { color: output.color, width: output.width() });
  output.line(`${text.trimEnd()}\n`);
  annotate(context, diagnostics);
}

/**
 * In GitHub Actions, puts problems beside the lines of the pull request. Elsewhere does nothing.
 */
export function annotate(context: CliContext, diagnostics: readonly Diagnostic[]): void {
  if (context.environment["GITHUB_ACTIONS"] !== "true" || diagnostics.length === 0) return;
  // Workflow commands are read from stdout:
  // https://docs.github.com/actions/reference/workflow-commands-for-github-actions
  context.out.write(...githubAnnotations(diagnostics).map((command) => ({ command })));
}
