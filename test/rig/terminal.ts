import { spawn } from "node:child_process";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";

const bridge = join(import.meta.dirname, "terminal.py");

/** A program in a terminal, driven as a person does: by what is shown and what is typed. */
export interface Terminal extends AsyncDisposable {
  /** All that was shown so far, without colours, line breaks as `\n`. */
  readonly shown: () => string;
  /**
   * Resolves with what was shown since the last call, up to the text and with it; throws what was
   * shown instead when the program ends without it.
   */
  waitFor(text: string | RegExp): Promise<string>;
  type(text: string): void;
  readonly ended: Promise<number>;
}

/** @param command the program and its arguments */
export function openTerminal(
  command: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
): Terminal {
  // What was compiled is kept for all, whatever home folder they are given.
  const env = { NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"], ...options.env };
  const child = spawn("python3", [bridge, ...command], { ...options, env, stdio: "pipe" });
  let text = "";
  let seen = 0;
  let over = false;
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const one of waiting) one();
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      wake();
    });
  }
  const ended = new Promise<number>((resolve) => {
    child.once("close", (code) => {
      over = true;
      wake();
      resolve(code ?? -1);
    });
  });
  const shown = (): string => stripVTControlCharacters(text).replaceAll("\r", "");

  return {
    shown,
    ended,
    async waitFor(wanted) {
      for (;;) {
        const fresh = shown().slice(seen);
        const found = typeof wanted === "string" ? fresh.indexOf(wanted) : fresh.search(wanted);
        if (found !== -1) {
          const matched = typeof wanted === "string" ? wanted : (wanted.exec(fresh)?.[0] ?? "");
          seen += found + matched.length;
          return fresh.slice(0, found + matched.length);
        }
        if (over) throw new Error(`it ended without ${String(wanted)}; it showed:\n${fresh}`);
        await new Promise<void>((resolve) => {
          const look = (): void => {
            waiting.delete(look);
            resolve();
          };
          waiting.add(look);
        });
      }
    },
    type: (typed) => {
      child.stdin.write(typed);
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      child.kill("SIGKILL");
      await ended;
    },
  };
}
