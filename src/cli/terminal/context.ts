import { userInfo } from "node:os";

import type { StricliProcess } from "@stricli/core";

import type { Clock } from "../../core/clock.ts";
import { systemClock } from "../../core/clock.ts";
import { styleFor, type Style } from "../render/style.ts";
import type { UtcOffset } from "../render/time.ts";

/** All that a command has of the world. */
export interface CliContext {
  /** What the command line library writes to; commands use `out` and `errors`. */
  readonly process: StricliProcess;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly offset: UtcOffset;
  readonly out: Output;
  readonly errors: Output;
  /** What comes in on stdin, as it comes; read once. */
  readonly input: () => AsyncIterable<Uint8Array>;
  /** True where a person can be asked. */
  readonly canAsk: boolean;
  /** Asks on stderr and gives the line that was typed; undefined when the input ended. */
  readonly ask: (question: string) => Promise<string | undefined>;
  /**
   * Calls `handler` for each Ctrl-C, SIGTERM or hang-up until disposed of; without one they end the
   * process.
   */
  readonly onInterrupt: (handler: () => void) => Disposable;
  /** Ends the process at once. */
  readonly leave: (code: number) => never;
  /** Who acts, for the audit trail: `ana@laptop`. */
  readonly actor: string;
}

export interface Output {
  readonly color: boolean;
  readonly style: Style;
  /** Columns of the terminal, or what tables may take where there is none. */
  readonly width: () => number;
  /** Where sentences are broken: nowhere, unless a terminal would. */
  readonly wrapAt: () => number;
  /** A terminal where lines can be redrawn. */
  readonly live: boolean;
  readonly write: (text: string) => void;
  /** Done when anyone who reads has taken enough of it for more to be written. */
  readonly drained: () => Promise<void>;
  /** True when nobody reads any more (`| head`): what is written goes nowhere. */
  readonly closed: () => boolean;
  readonly line: (text: string) => void;
  readonly lines: (texts: readonly string[]) => void;
}

/** The context of the real process. */
export function processContext(host: NodeJS.Process): CliContext {
  const environment = host.env;
  const out = outputTo(host.stdout, environment);
  const errors = outputTo(host.stderr, environment);
  return {
    process: {
      stdout: { write: out.write, getColorDepth: () => (out.color ? 4 : 1) },
      stderr: { write: errors.write },
      env: environment,
    },
    cwd: host.cwd(),
    environment,
    clock: systemClock,
    offset: (at) => -new Date(at).getTimezoneOffset(),
    out,
    errors,
    input: () => host.stdin,
    canAsk: host.stdin.isTTY && host.stderr.isTTY,
    ask: async (question) => {
      const { createInterface } = await import("node:readline/promises");
      const reader = createInterface({ input: host.stdin, output: host.stderr });
      const ended = new Promise<undefined>((resolve) => {
        reader.once("close", () => resolve(undefined));
      });
      try {
        return await Promise.race([reader.question(question), ended]);
      } finally {
        reader.close();
      }
    },
    onInterrupt: (handler) => {
      const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
      for (const signal of signals) host.on(signal, handler);
      return {
        [Symbol.dispose]: () => {
          for (const signal of signals) host.off(signal, handler);
        },
      };
    },
    leave: (code) => host.exit(code),
    actor: actorOf(environment),
  };
}

/**
 * Colour by the conventions: NO_COLOR (https://no-color.org) wins over FORCE_COLOR
 * (https://force-color.org), else a terminal that isn't `dumb` has it.
 */
export function wantsColor(
  environment: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  if ((environment["NO_COLOR"] ?? "") !== "") return false;
  const forced = environment["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return isTerminal && environment["TERM"] !== "dumb";
}

function outputTo(
  stream: NodeJS.WriteStream,
  environment: Readonly<Record<string, string | undefined>>,
): Output {
  const color = wantsColor(environment, stream.isTTY);
  let closed = false;
  stream.on("error", () => {
    closed = true;
  });
  const write = (text: string): void => {
    if (!closed) stream.write(text);
  };
  return {
    color,
    style: styleFor(color),
    width: () => (stream.isTTY ? stream.columns || 80 : 120),
    wrapAt: () => (stream.isTTY ? stream.columns || 80 : Infinity),
    live: stream.isTTY && environment["TERM"] !== "dumb" && (environment["CI"] ?? "") === "",
    write,
    drained: () =>
      !closed && stream.writableNeedDrain
        ? new Promise((resolve) => {
            const done = (): void => {
              stream.off("drain", done).off("error", done);
              resolve();
            };
            stream.on("drain", done).on("error", done);
          })
        : Promise.resolve(),
    closed: () => closed,
    line: (text) => write(`${text}\n`),
    lines: (texts) => {
      if (texts.length > 0) write(`${texts.join("\n")}\n`);
    },
  };
}

function actorOf(environment: Readonly<Record<string, string | undefined>>): string {
  const given = environment["ESTEIRA_ACTOR"] ?? environment["GITHUB_ACTOR"];
  return given || environment["USER"] || environment["LOGNAME"] || loginName();
}

function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry: usual in containers.
    return "unknown";
  }
}
