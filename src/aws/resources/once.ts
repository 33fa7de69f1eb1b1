import type { FinalizeRequestMiddleware } from "@smithy/types";

import { sdkError } from "../sdk/error-names.ts";
import type { Middlewares } from "../sdk/throttle-middleware.ts";

/** Whether something was done isn't known: the request was sent and no answer came. */
export class Unanswered extends Error {
  override readonly name = "Unanswered";
  /** What ended it. Not as `cause`: the SDK looks there for a reason to send the request again. */
  readonly because: unknown;

  constructor(because: unknown) {
    super(sdkError(because).message);
    this.because = because;
  }
}

/**
 * Keeps the SDK from repeating a request that makes one more thing each time it is served. An
 * answer that says no is passed on and may be retried; where no answer came, the command ends with
 * `Unanswered`, and the caller looks at what is there.
 */
export function sendOnce<Command extends Middlewares>(command: Command): Command {
  const middleware: FinalizeRequestMiddleware<object, object> = (next) => async (args) => {
    try {
      return await next(args);
    } catch (thrown) {
      const { status, code, name } = sdkError(thrown);
      // Refused before anything was sent: nothing can have been done.
      const neverSent = code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "EAI_AGAIN";
      const aborted = name === "AbortError";
      if (neverSent || aborted || (status !== undefined && status < 500)) throw thrown;
      throw new Unanswered(thrown);
    }
  };
  command.middlewareStack.add(middleware, {
    step: "finalizeRequest",
    name: "esteiraOnce",
    priority: "low", // inside the retries
  });
  return command;
}
