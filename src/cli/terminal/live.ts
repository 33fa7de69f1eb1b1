import { fitted } from "../render/text.ts";
import type { Control, Output } from "./output.ts";

/**
 * Lines that stay, and below them a few that are redrawn; where nothing can be redrawn only the
 * former are shown.
 */
export interface Live {
  readonly print: (lines: readonly string[]) => void;
  /** Each line must fit into the terminal's width. */
  readonly draw: (lines: readonly string[]) => void;
  /** Takes the redrawn lines away. */
  readonly clear: () => void;
}

const eraseBelow = "\u001B[0J";

export function liveOn(output: Output): Live {
  if (!output.live) {
    return { print: output.lines, draw: () => undefined, clear: () => undefined };
  }
  let drawn: readonly string[] = [];
  const erase = (): Control[] =>
    drawn.length === 0 ? [] : [{ cursor: `\u001B[${drawn.length}A\r${eraseBelow}` }];
  // Without wrapping: a terminal that was made narrower must not turn one line into two.
  const text = (lines: readonly string[]): (string | Control)[] =>
    lines.length === 0
      ? []
      : [{ cursor: "\u001B[?7l" }, lines.join("\n"), { cursor: "\u001B[?7h\n" }];
  return {
    print: (lines) => {
      if (lines.length === 0) return;
      output.write(...erase(), `${fitted(lines, output.wrapAt()).join("\n")}\n`, ...text(drawn));
    },
    draw: (lines) => {
      if (lines.length === 0 && drawn.length === 0) return;
      output.write(...erase(), ...text(lines));
      drawn = lines;
    },
    clear: () => {
      if (drawn.length > 0) output.write(...erase());
      drawn = [];
    },
  };
}

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"] as const;

/**
 * Calls `draw` several times a second with the frame of a spinner, until disposed of; never where
 * nothing can be redrawn.
 */
export function ticking(output: Output, draw: (frame: string) => void): Disposable {
  if (!output.live) return { [Symbol.dispose]: () => undefined };
  let count = 0;
  const timer = setInterval(() => {
    count += 1;
    draw(frames[count % frames.length] ?? "⠋");
  }, 120);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
