import type { Style } from "./style.ts";
import { count } from "../../core/text.ts";

/** The last line of `validate`. */
export function renderVerdict(
  found: {
    readonly projects: number;
    readonly environments: readonly string[];
    readonly errors: number;
  },
  style: Style,
): string {
  const where = `Checked ${count(found.projects, "project")} for ${found.environments.join(", ")}`;
  if (found.errors > 0) return style.red(`✗ ${where}: not valid.`);
  return style.green(`✓ ${where}: valid.`);
}
