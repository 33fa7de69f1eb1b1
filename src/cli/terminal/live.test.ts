import { expect, test } from "vitest";

import type { Control, Output } from "./output.ts";
import { liveOn } from "./live.ts";
import { styleFor } from "../render/style.ts";

function outputOf(live: boolean): { readonly output: Output; readonly written: () => string } {
  let text = "";
  const write = (...parts: readonly (string | Control)[]): void => {
    for (const part of parts) {
      text += typeof part === "string" ? part : "cursor" in part ? part.cursor : "";
    }
  };
  const output: Output = {
    color: false,
    style: styleFor(false),
    width: () => 80,
    wrapAt: () => 80,
    live,
    write,
    drained: () => Promise.resolve(),
    closed: () => false,
    line: (more) => write(`${more}\n`),
    lines: (more) => write(`${more.join("\n")}\n`),
  };
  return { output, written: () => text };
}

/** What is left standing on a terminal that understands what we write. */
function screen(written: string): string[] {
  const rows: string[] = [""];
  let row = 0;
  for (const part of written.split(/(\u001B\[[?0-9]*[A-Za-z]|\n|\r)/)) {
    const up = /^\u001B\[(\d+)A$/.exec(part);
    if (up) row -= Number(up[1]);
    else if (part === "\u001B[0J") rows.splice(row, Infinity, "");
    else if (part === "\n") {
      row += 1;
      rows[row] ??= "";
    } else if (!part.startsWith("\u001B") && part !== "\r") rows[row] = `${rows[row] ?? ""}${part}`;
  }
  return rows.slice(0, -1);
}

test("lines stay above what is redrawn, and what is redrawn goes", () => {
  const { output, written } = outputOf(true);
  const live = liveOn(output);
  live.draw(["a 1s", "b 1s"]);
  live.print(["done"]);
  expect(screen(written())).toEqual(["done", "a 1s", "b 1s"]);
  live.draw(["a 2s"]);
  expect(screen(written())).toEqual(["done", "a 2s"]);
  live.print(["more", "lines"]);
  live.clear();
  expect(screen(written())).toEqual(["done", "more", "lines"]);
});

test("where nothing can be redrawn, only what stays is written", () => {
  const { output, written } = outputOf(false);
  const live = liveOn(output);
  live.draw(["a 1s"]);
  live.print(["done"]);
  live.clear();
  expect(written()).toBe("done\n");
});
