/**
 * The first name that an expression reads from where nothing is: AWS has no document at the top
 * level of an expression, so what is read must start from `$states` or a variable.
 *
 * @param node a node of JSONata's syntax tree
 */
export function topLevelReference(node: unknown): string | undefined {
  if (typeof node !== "object" || node === null) return undefined;
  if (Array.isArray(node)) return first(node);
  const { type, value, steps } = node as { type?: unknown; value?: unknown; steps?: unknown };
  if (type === "path" && Array.isArray(steps)) {
    // What follows the first step is read from what that step gives.
    const start: unknown = steps[0];
    return topLevelReference(start);
  }
  if (type === "name" && typeof value === "string") return value;
  return first(
    Object.entries(node).flatMap(([key, child]: [string, unknown]) =>
      relative.has(key) ? [] : [child],
    ),
  );
}

/** Parts of a node that are evaluated against its value, not against the top level. */
const relative: ReadonlySet<string> = new Set([
  "predicate",
  "stages",
  "group",
  "terms",
  "pattern",
  "update",
  "delete",
  "nextFunction",
  "value",
  "name",
  "slot",
  "ancestor",
  "seekingParent",
]);

function first(nodes: readonly unknown[]): string | undefined {
  for (const node of nodes) {
    const found = topLevelReference(node);
    if (found !== undefined) return found;
  }
  return undefined;
}
