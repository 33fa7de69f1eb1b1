import { test } from "vitest";

import { memoryBucket } from "../../../test/aws/rig/memory-bucket.ts";
import { expectRight, read, start, type Story, tryOf, zone } from "./fixtures/stories.ts";
import { noteEnd, noteStart } from "./marks.ts";

test("the requests of a start and of an end, in each order that they can come in, leave no run that goes", async () => {
  const one: Story = { project: "prices", run: "prices-1", startedAt: start, tries: ["SUCCEEDED"] };
  const begun = tryOf({ ...one, tries: [] }, 0);
  /** After so many requests of the end, the start sends so many of its requests. */
  const orders = Array.from({ length: 14 }, (_, before) =>
    Array.from({ length: 5 }, (_unused, first) =>
      Array.from({ length: 14 - before }, (_none, between) => ({ before, first, between })),
    ),
  ).flat(2);
  for (const { before, first, between } of orders) {
    const objects = new Map<string, string>();
    const ofStart = gate();
    const ofEnd = gate();
    const starting = noteStart(memoryBucket(ofStart.turn, objects).store, begun);
    const ending = noteEnd(memoryBucket(ofEnd.turn, objects).store, tryOf(one, 0), zone);
    await ofEnd.let(before);
    await ofStart.let(first);
    await ofEnd.let(between);
    await ofStart.let(Infinity);
    await ofEnd.let(Infinity);
    await Promise.all([starting, ending]);
    expectRight(await read(memoryBucket(undefined, objects).store), [one]);
  }
});

/** Lets requests through, so many at a time. */
function gate() {
  let allowed = 0;
  const waiting: (() => void)[] = [];
  return {
    turn: () =>
      new Promise<void>((resolve) => {
        if (allowed > 0) {
          allowed -= 1;
          resolve();
        } else waiting.push(resolve);
      }),
    /** Resolves once they are through, or there are no more. */
    async let(count: number) {
      allowed = count;
      // Each request and what follows from it takes some turns of the queue of microtasks.
      for (let turns = 0; turns < 400 && allowed > 0; turns += 1) {
        const next = waiting.shift();
        if (next !== undefined) {
          allowed -= 1;
          next();
        }
        await Promise.resolve();
      }
      if (count !== Infinity) allowed = 0;
    },
  };
}
