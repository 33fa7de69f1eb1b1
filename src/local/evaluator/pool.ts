import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import process from "node:process";
import { entryFile } from "../../platform/package-files.ts";
import type { Answer, Evaluator, Excess, Question } from "../../states/elsewhere/question.ts";
import type { Answered, Asked } from "./messages.ts";

/** An evaluator with processes behind it, which are started when they are needed. */
export interface EvaluatorPool extends Evaluator {
  /** Ends the processes. What is still asked is never answered. */
  close(): void;
}

interface Limits {
  /** Milliseconds of processor time an evaluation has, at first and when it is repeated. */
  readonly firstMs: number;
  readonly againMs: number;
  readonly memoryMb: number;
  /** How many processes there are at most. */
  readonly processes: number;
  /** After how many milliseconds without a question a process ends. */
  readonly idleMs: number;
}

/** AWS gives an expression a second; how much memory it gives, it doesn't say. */
const defaults: Limits = {
  firstMs: 1000,
  againMs: 60_000,
  memoryMb: 256,
  processes: Math.max(1, Math.min(2, availableParallelism())),
  idleMs: 10_000,
};

/**
 * Where the machine gives a process no processor at all, it is ended after this many times its
 * limit.
 */
const wallClock = 5;

interface Waiting {
  readonly question: Question;
  readonly limitMs: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
  /** Processes that were lost over it without its fault. */
  lost: number;
}

interface Place {
  readonly child: ChildProcess;
  busy: Waiting | undefined;
  timer: NodeJS.Timeout | undefined;
}

/** Opens an evaluator. It costs nothing until it is asked. */
export function openEvaluator(options: Partial<Limits> = {}): EvaluatorPool {
  const limits = { ...defaults, ...options };
  const places = new Set<Place>();
  const waiting: Waiting[] = [];
  let asked = 0;
  let closed = false;

  const pump = (): void => {
    if (closed) return;
    while (waiting.length > 0) {
      const idle = [...places].find((place) => place.busy === undefined);
      const place = idle ?? (places.size < limits.processes ? start() : undefined);
      const next = place === undefined ? undefined : waiting.shift();
      if (place === undefined || next === undefined) return;
      put(place, next);
    }
  };

  const put = (place: Place, next: Waiting): void => {
    clearTimeout(place.timer);
    place.busy = next;
    place.child.ref();
    place.child.channel?.ref();
    place.timer = setTimeout(() => place.child.kill("SIGKILL"), next.limitMs * wallClock);
    asked = (asked % 0x7fff_ffff) + 1;
    const message: Asked = { id: asked, question: next.question, limitMs: next.limitMs };
    place.child.send(message, (error) => {
      // Its end is reported by `exit`, if it isn't the question that can't be written.
      if (error !== null && place.child.connected) settle(place)?.reject(error);
    });
  };

  /** The place is free again. */
  const settle = (place: Place): Waiting | undefined => {
    const { busy } = place;
    place.busy = undefined;
    clearTimeout(place.timer);
    place.child.unref();
    place.child.channel?.unref();
    place.timer = setTimeout(() => {
      places.delete(place);
      if (place.child.connected) place.child.disconnect();
    }, limits.idleMs);
    place.timer.unref();
    return busy;
  };

  const start = (): Place => {
    const child = fork(entryFile("local/evaluator/process"), [String(process.pid)], {
      // Nothing of the surroundings gets into a process that evaluates what others wrote.
      env: {},
      cwd: dirname(process.execPath),
      execArgv: [`--max-old-space-size=${limits.memoryMb}`],
      stdio: "ignore",
    });
    const place: Place = { child, busy: undefined, timer: undefined };
    places.add(place);
    child.on("message", (answered: Answered) => {
      const done = settle(place);
      if ("answer" in answered) done?.resolve(answered.answer);
      else done?.reject(new Error(`an evaluation failed: ${answered.broken}`));
      pump();
    });
    const gone = (code: number | null, signal: NodeJS.Signals | null): void => {
      places.delete(place);
      const lost = place.busy === undefined ? undefined : settle(place);
      clearTimeout(place.timer);
      if (lost !== undefined) ended(lost, code, signal);
      pump();
    };
    child.on("exit", gone);
    child.on("error", () => {
      if (child.pid === undefined) gone(null, null); // it never was, so that no `exit` follows
    });
    return place;
  };

  const ended = (lost: Waiting, code: number | null, signal: NodeJS.Signals | null): void => {
    const excess = excessOf(signal);
    if (excess !== undefined) {
      lost.resolve({ kind: "ended", excess });
      return;
    }
    lost.lost += 1;
    if (lost.lost < 3) waiting.unshift(lost);
    else lost.reject(new Error(`the evaluating process ended with ${signal ?? code}`));
  };

  return {
    ask: (question, patience) =>
      new Promise((resolve, reject) => {
        const limitMs = patience === "first" ? limits.firstMs : limits.againMs;
        waiting.push({ question, limitMs, resolve, reject, lost: 0 });
        pump();
      }),
    close() {
      closed = true;
      for (const { child, timer } of places) {
        clearTimeout(timer);
        child.kill("SIGKILL");
      }
      places.clear();
    },
  };
}

/** The guard ends a process whose time is up; V8 gives up where there is no more memory. */
function excessOf(signal: NodeJS.Signals | null): Excess | undefined {
  if (signal === "SIGKILL") return "time";
  const givenUp: readonly (NodeJS.Signals | null)[] = ["SIGABRT", "SIGTRAP", "SIGILL", "SIGSEGV"];
  return givenUp.includes(signal) ? "memory" : undefined;
}
