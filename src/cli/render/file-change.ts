import { structuredPatch } from "diff";

import type { Style } from "./style.ts";

/** How a file would change: its lines that go and that come, with those around them. */
export function renderFileChange(
  {
    path,
    before,
    after,
  }: { readonly path: string; readonly before: string; readonly after: string | Uint8Array },
  style: Style,
): readonly string[] {
  if (typeof after !== "string") {
    return [style.bold(path), style.dim("another build of the same version"), ""];
  }
  const { hunks } = structuredPatch(path, path, before, after, undefined, undefined, {
    context: 2,
  });
  return [
    style.bold(path),
    ...hunks.flatMap(({ oldStart, newStart, lines }) => [
      style.dim(`@@ line ${oldStart}, now ${newStart}`),
      ...lines.map((line) => {
        if (line.startsWith("+")) return style.green(line);
        return line.startsWith("-") ? style.red(line) : line;
      }),
    ]),
    "",
  ];
}
