import type { Style } from "./style.ts";
import { count } from "./text.ts";

/** The last line of `validate`. */
export function renderVerdict(
  found: {
    readonly projects: number;
    readonly environments: readonly string[];
    readonly errors: number;
    readonly warnings: number;
  },
  style: Style,
): string {
  const where = `${count(found.projects, "project")} checked for ${found.environments.join(", ")}`;
  const warnings = found.warnings === 0 ? [] : [count(found.warnings, "warning")];
  if (found.errors > 0) {
    return style.red(`✗ ${[count(found.errors, "error"), ...warnings].join(", ")}; ${where}.`);
  }
  const good = style.green(`✓ ${where}: no errors.`);
  return warnings.length === 0 ? good : `${good} ${style.yellow(`${warnings.join("")}.`)}`;
}
