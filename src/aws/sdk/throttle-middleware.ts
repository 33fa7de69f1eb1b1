import type { FinalizeRequestMiddleware, MiddlewareStack } from "@smithy/types";

import { isThrottle } from "./error-names.ts";
import type { Budget } from "./throttle.ts";

/** A client of the SDK, as far as its middleware goes. */
export interface Middlewares {
  // Commands of different services share nothing; the stack takes what works for any of them.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly middlewareStack: MiddlewareStack<any, any>;
}

/**
 * Makes each attempt of each request of `client` wait for its token, and empties the bucket when
 * AWS throttles all the same. It sits between the retries and the signature, so that every attempt
 * waits and none is signed long before it is sent.
 */
export function drawFromBudget<Client extends Middlewares>(
  client: Client,
  service: string,
  quotas: Budget,
): Client {
  const middleware: FinalizeRequestMiddleware<object, object> = (next, context) => async (args) => {
    const operation = String(context["commandName"]).replace(/Command$/, "");
    const bucket = quotas.bucketOf(service, operation);
    await bucket?.take(abortSignalOf(context));
    try {
      return await next(args);
    } catch (error) {
      if (isThrottle(error)) bucket?.empty();
      throw error;
    }
  };
  client.middlewareStack.addRelativeTo(middleware, {
    name: "esteiraBudget",
    relation: "before",
    toMiddleware: "httpSigningMiddleware",
  });
  return client;
}

/** The signal that the caller gave to `send`. */
function abortSignalOf(context: Readonly<Record<string, unknown>>): AbortSignal | undefined {
  const inner = context["__smithy_context"] as Record<string, unknown> | undefined;
  const signal = inner?.["abortSignal"];
  return signal instanceof AbortSignal ? signal : undefined;
}
