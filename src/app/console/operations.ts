import { failureReasons } from "../documents/failure-reasons.ts";
import { randomBytes } from "node:crypto";

import type { Clock } from "../../core/clock.ts";
import type { Result } from "../../core/result.ts";
import type { ConsoleDocumentOf } from "../documents/console.ts";
import type { Failure } from "../failure.ts";

export type OperationDocument = ConsoleDocumentOf<"operation">;

/** What is to be done, for those who look at it. */
export type OperationSubject = Pick<
  OperationDocument,
  "kind" | "environment" | "projects" | "actor" | "command"
>;

/**
 * What takes its time: it is begun, and how it gets on is asked. Kept while the console is open.
 */
export interface Operations {
  /** Begins it. @param work says what happens, and gives what it came to; its signal: end soon */
  begin(
    subject: OperationSubject,
    work: (say: (line: string) => void, signal: AbortSignal) => Promise<Result<Done, Failure>>,
  ): OperationDocument;
  find(id: string): OperationDocument | undefined;
  /** Asks all to end, and waits until they have. */
  close(): Promise<void>;
}

export interface Done {
  readonly result: unknown;
  /** Something of it failed, although all of it was tried. */
  readonly failed: boolean;
}

const mostKept = 100;
const mostLines = 500;

type Kept = { -readonly [Key in keyof OperationDocument]: OperationDocument[Key] };

/** @param news called whenever something is to be said of one */
export function openOperations(
  clock: Clock,
  reportBug: (error: unknown) => void,
  news: (operation: OperationDocument) => void,
): Operations {
  const all = new Map<string, Kept>();
  const running = new Map<string, Promise<void>>();
  const closing = new AbortController();

  const settle = (operation: Kept, done: Result<Done, Failure>): void => {
    operation.endedAt = clock.now();
    if (done.ok) {
      operation.state = done.value.failed ? "failed" : "succeeded";
      operation.result = done.value.result;
    } else {
      const { reason, message, help } = done.error;
      operation.state = "failed";
      operation.problem = problemOf(reason, message, help);
    }
    running.delete(operation.id);
    news(operation);
  };

  return {
    begin(subject, work) {
      const operation: Kept = {
        id: randomBytes(9).toString("hex"),
        ...subject,
        state: "running",
        startedAt: clock.now(),
        endedAt: undefined,
        lines: [],
        result: undefined,
        problem: undefined,
      };
      const oldest = [...all.keys()].find((id) => !running.has(id));
      if (all.size >= mostKept && oldest !== undefined) all.delete(oldest);
      all.set(operation.id, operation);
      const say = (text: string): void => {
        operation.lines = [...operation.lines, { at: clock.now(), text }].slice(-mostLines);
        news(operation);
      };
      const working = work(say, closing.signal).then(
        (done) => settle(operation, done),
        (error: unknown) => {
          reportBug(error);
          const message = "something went wrong in Esteira itself";
          settle(operation, {
            ok: false,
            error: { exit: "internal", reason: "failed", message },
          });
        },
      );
      running.set(operation.id, working);
      return { ...operation };
    },
    find: (id) => all.get(id),
    async close() {
      closing.abort();
      await Promise.all(running.values());
    },
  };
}

type Problem = NonNullable<OperationDocument["problem"]>;

function problemOf(reason: string, message: string, help: string | undefined): Problem {
  const known = failureReasons.find((one) => one === reason) ?? "failed";
  return { reason: known, message, ...(help === undefined ? {} : { help }) };
}
