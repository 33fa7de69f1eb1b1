import type { Style } from "../../render/style.ts";

/** The commands that undo it, in their order. */
export function renderUndo(commands: readonly string[], style: Style): string[] {
  const [first, ...others] = commands;
  if (first === undefined) return [];
  if (others.length === 0) return [style.dim(`  To undo it: ${first}`)];
  return [
    style.dim("  To undo it, in this order:"),
    ...commands.map((command) => style.dim(`    ${command}`)),
  ];
}
