import { SendTaskSuccessCommand } from "@aws-sdk/client-sfn";

import { mapConcurrently } from "../../core/concurrency.ts";
import { projectName } from "../../core/ids.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { answered, ended, giveBack, take, toAnswer, type PoolBook } from "../../runs/pools/book.ts";
import { runKey } from "../../runs/pools/turns.ts";
import { changePools, readPools } from "../bucket/pools.ts";
import type { BucketStore } from "../bucket/store.ts";
import { describeExecution, executionArn, isRunning } from "../runs/execution.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isError } from "../sdk/error-names.ts";
import type { RunEvent } from "./events.ts";
import type { PoolCall } from "./pool-calls.ts";

interface Parts {
  readonly context: AwsContext;
  readonly store: BucketStore;
}

/** A step asks for places, or gives its own back. */
export async function servePoolCall(
  parts: Parts,
  call: PoolCall,
): Promise<Result<void, PlatformError>> {
  const { kind, ...claim } = call;
  if (kind === "give-places") return change(parts, (book) => giveBack(book, claim));
  const { token, ...asked } = claim as Omit<Extract<PoolCall, { kind: "take-places" }>, "kind">;
  const askedAt = parts.context.timing.now();
  return change(parts, (book) => take(book, { ...asked, askedAt, tokens: [token] }));
}

/**
 * A run has ended, as an event says: what it held is free. Step Functions is asked whether that is
 * so: an event may be of an end before a redrive.
 */
export async function freePlaces(
  parts: Parts,
  { executionArn: arn }: RunEvent,
): Promise<Result<void, PlatformError>> {
  const book = await readPools(parts.store);
  if (!book.ok) return book;
  const { context } = parts;
  const concerned = book.value.filter(
    ({ project, run }) => executionArn(context, project, run) === arn,
  );
  return freeEnded(parts, concerned);
}

/** The hourly look: frees what runs have that ended without anybody having heard of it. */
export async function lookAtPlaces(parts: Parts): Promise<Result<void, PlatformError>> {
  const book = await readPools(parts.store);
  return book.ok ? freeEnded(parts, book.value) : book;
}

async function freeEnded(parts: Parts, claims: PoolBook): Promise<Result<void, PlatformError>> {
  if (claims.length === 0) return ok(undefined);
  const runs = [...new Map(claims.map((claim) => [runKey(claim), claim])).values()];
  const described = await mapConcurrently(runs, 8, async ({ project, run }) =>
    describeExecution(parts.context, projectName(project), run),
  );
  const over = new Set<string>();
  let failed: Result<void, PlatformError> = ok(undefined);
  for (const [index, found] of described.entries()) {
    if (!found.ok) {
      failed = found; // The others' places are freed all the same.
      continue;
    }
    const claim = runs[index];
    // One that AWS doesn't know any more has ended long ago.
    const gone = found.value === undefined || !isRunning(found.value);
    if (claim !== undefined && gone) over.add(runKey(claim));
  }
  const freed = await change(parts, (book) => ended(book, over));
  return freed.ok ? failed : freed;
}

/**
 * Changes the book and answers those who hold places and wait to hear it: those of this change, and
 * those that an earlier call died before answering.
 */
async function change(
  { context, store }: Parts,
  by: (book: PoolBook) => PoolBook,
): Promise<Result<void, PlatformError>> {
  const written = await changePools(store, context.timing, by);
  if (!written.ok) return written;
  const tokens = toAnswer(written.value);
  if (tokens.length === 0) return ok(undefined);
  const sent = await mapConcurrently(tokens, 8, async (token) => ({
    token,
    answer: await answer(context, token),
  }));
  const done = new Set(sent.flatMap(({ token, answer: { ok: is } }) => (is ? [token] : [])));
  const noted = await changePools(store, context.timing, (book) => answered(book, done));
  const failure = sent.find(({ answer: { ok: is } }) => !is)?.answer;
  return failure?.ok === false ? err(failure.error) : noted.ok ? ok(undefined) : noted;
}

/**
 * Ends the waiting state. One that has been answered, was given up or has ended is none to
 * answer:
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html
 */
function answer(
  { clients, environment }: AwsContext,
  taskToken: string,
): Promise<Result<void, PlatformError>> {
  return callAws(environment.name, "answer a step that has its places", async () => {
    try {
      await clients.sfn.send(new SendTaskSuccessCommand({ taskToken, output: "{}" }));
    } catch (thrown) {
      if (!isError(thrown, "TaskDoesNotExist", "TaskTimedOut", "InvalidToken")) throw thrown;
    }
  });
}
