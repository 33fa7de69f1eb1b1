import type { HttpBindings } from "@hono/node-server";

import { failureAnswer } from "./answers.ts";
import type { Refusal } from "./guard.ts";
import { everywhere } from "./security-headers.ts";

/** Where a request comes from. */
export function addressOf({ incoming }: HttpBindings): string {
  return incoming.socket.remoteAddress ?? "";
}

/** A refusal as an answer. */
export function answerOf({ status, failure, retryAfter }: Refusal): Response {
  const answer = failureAnswer(failure, status);
  for (const [name, value] of Object.entries(everywhere)) answer.headers.set(name, value);
  if (retryAfter !== undefined) answer.headers.set("retry-after", String(retryAfter));
  return answer;
}
