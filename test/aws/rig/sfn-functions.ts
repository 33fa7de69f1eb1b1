import { isJsonObject, type Json } from "../../../src/core/json.ts";
import type { Command, Signal } from "../../../src/states/types.ts";
import type { FunctionCall } from "./sfn-tasks.ts";

type StartTask = Extract<Command, { kind: "start-task" }>;
type Deliver = (signal: Signal) => Promise<void>;

/** Calls of Lambda by states, and tokens that wait for an answer. */
export class FunctionTasks {
  readonly #waiting = new Map<string, () => Promise<void>>();

  /**
   * Plays the task where it is such a call; false where it isn't:
   * https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
   */
  async play(
    call: FunctionCall | undefined,
    command: StartTask,
    deliver: Deliver,
  ): Promise<boolean> {
    if (call === undefined || !command.resource.includes(":lambda:invoke")) return false;
    await this.#play(call, command, deliver);
    return true;
  }

  async #play(
    call: FunctionCall,
    { task, parameters, resource, retryCount }: StartTask,
    deliver: Deliver,
  ): Promise<void> {
    await deliver({ kind: "task-started", task });
    const given = isJsonObject(parameters) ? (parameters["Payload"] ?? null) : null;
    const waits = resource.endsWith(".waitForTaskToken");
    const token = isJsonObject(given) ? given["token"] : undefined;
    const answer = async (output: Json): Promise<void> =>
      deliver({ kind: "task-succeeded", task, output });
    const submitted = Promise.withResolvers<void>();
    if (waits && typeof token === "string") {
      this.#waiting.set(token, async () => {
        await submitted.promise;
        await answer({});
      });
    }
    try {
      await call(given);
    } catch (error) {
      if (typeof token === "string") this.#waiting.delete(token);
      const cause = `${error instanceof Error ? error.message : String(error)} (try ${retryCount})`;
      return deliver({ kind: "task-failed", task, error: "NotifierError", cause });
    }
    if (!waits) return answer({ StatusCode: 200 });
    await deliver({ kind: "task-submitted", task, output: { StatusCode: 200 } });
    submitted.resolve();
  }

  /** False for a token that nobody waits with. */
  succeed(token: string): boolean {
    const answer = this.#waiting.get(token);
    this.#waiting.delete(token);
    void answer?.();
    return answer !== undefined;
  }
}
