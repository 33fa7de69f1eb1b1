import type { Style } from "./style.ts";
import { pad } from "./text.ts";
import type { Garbage } from "../../platform/roles/garbage.ts";

/** What would go, a tree a project, as plans show removals. */
export function renderGarbage(
  garbage: readonly Garbage[],
  { style }: { readonly style: Style },
): string[] {
  const width = Math.max(0, ...garbage.map(({ kind }) => kind.length));
  return [...Map.groupBy(garbage, ({ project }) => project)].flatMap(([project, things], index) => [
    ...(index === 0 ? [] : [""]),
    style.bold(project),
    ...things.map(({ kind, name }) => `  ${style.red(`- ${pad(kind, width)}`)}  ${name}`),
  ]);
}
