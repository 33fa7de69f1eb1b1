import { userInfo } from "node:os";

import type { StricliProcess } from "@stricli/core";

import type { Clock } from "../../core/clock.ts";
import { systemClock } from "../../core/clock.ts";
import type { UtcOffset } from "../render/time.ts";
import { cleanText } from "../../core/clean-text.ts";
import { outputTo, type Output } from "./output.ts";
import type { ConsoleFace } from "../../app/console/face.ts";

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
   * Asks for something that must not be seen: on a terminal it isn't shown, elsewhere it is all of
   * stdin. Undefined when the input ended, or Ctrl-C was typed.
   */
  readonly readHidden: (question: string) => Promise<Uint8Array | undefined>;
  /**
   * Calls `handler` for each Ctrl-C, SIGTERM or hang-up until disposed of; without one they end the
   * process.
   */
  readonly onInterrupt: (handler: () => void) => Disposable;
  /** Ends the process at once. */
  readonly leave: (code: number) => never;
  /** Who acts, for the audit trail: `ana@laptop`. */
  readonly actor: string;
  readonly faces: OtherFaces;
}

/** Other faces of the program, which the command line can open and knows nothing else of. */
export interface OtherFaces {
  readonly console?: () => Promise<ConsoleFace>;
}

/** The context of the real process. */
export function processContext(host: NodeJS.Process, faces: OtherFaces): CliContext {
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
        return await Promise.race([reader.question(cleanText(question)), ended]);
      } finally {
        reader.close();
      }
    },
    readHidden: async (question) => {
      const { readHidden } = await import("./hidden-input.ts");
      return readHidden(host.stdin, host.stderr, question);
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
    faces,
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
