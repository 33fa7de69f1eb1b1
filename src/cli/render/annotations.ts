import type { Diagnostic } from "../../core/diagnostic.ts";
import { sorted } from "./diagnostics.ts";

/**
 * Diagnostics as commands with which GitHub Actions shows them beside the lines of a pull request,
 * one each
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message).
 */
export function githubAnnotations(diagnostics: readonly Diagnostic[]): readonly string[] {
  return sorted(diagnostics).map(({ severity, code, message, help, location }) => {
    const range = location?.range;
    return workflowCommand(severity, help === undefined ? message : `${message}\n${help}`, {
      file: location?.file,
      line: range?.line,
      col: range?.column,
      endLine: range?.line,
      endColumn: range === undefined ? undefined : range.column + range.length,
      title: code,
    });
  });
}

/**
 * A command to the runner of GitHub Actions; whatever its parts are, it is one command.
 *
 * @param properties `file`, `line` and the like; those without a value are left out
 */
export function workflowCommand(
  name: string,
  message = "",
  properties: Readonly<Record<string, string | number | undefined>> = {},
): string {
  const given = Object.entries(properties).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${property(String(value))}`],
  );
  return `::${name}${given.length === 0 ? "" : ` ${given.join(",")}`}::${data(message)}`;
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
