import { expect, test } from "vitest";

import { concurrencyLimit, mapConcurrently, once } from "./concurrency.ts";
import { err, ok, type Result } from "./result.ts";

/** Work that ends when the test says so. */
function controlled() {
  const ends: { readonly item: string; finish(): void; fail(error: Error): void }[] = [];
  return {
    ends,
    names: () => ends.map(({ item }) => item),
    work: (item: string) =>
      new Promise<string>((resolve, reject) => {
        ends.push({ item, finish: () => resolve(item.toUpperCase()), fail: reject });
      }),
  };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

test("works on so many at a time, and gives the results in the order of the items", async () => {
  const { ends, names, work } = controlled();
  const all = mapConcurrently(["a", "b", "c"], 2, work);
  expect(names()).toEqual(["a", "b"]);
  ends[1]?.finish();
  await settled();
  expect(names()).toEqual(["a", "b", "c"]);
  ends[2]?.finish();
  ends[0]?.finish();
  expect(await all).toEqual(["A", "B", "C"]);
  expect(await mapConcurrently([], 2, work)).toEqual([]);
});

test("begins nothing after a failure, and waits for what is under way", async () => {
  const { ends, names, work } = controlled();
  let rejected: unknown;
  const all = mapConcurrently(["a", "b", "c"], 2, work).catch((error: unknown) => {
    rejected = error;
  });
  const failure = new Error("broken");
  ends[0]?.fail(failure);
  await settled();
  expect([names(), rejected]).toEqual([["a", "b"], undefined]);
  ends[1]?.finish();
  await all;
  expect([names(), rejected]).toEqual([["a", "b"], failure]);
});

test("asks once while it is under way or has succeeded, and again after a failure", async () => {
  const answers: Result<string, string>[] = [err("not now"), ok("found"), ok("never asked for")];
  let asked = 0;
  const ask = once(async () => {
    const answer = answers[asked] as Result<string, string>;
    asked += 1;
    return answer;
  });
  expect(await Promise.all([ask(), ask()])).toEqual([err("not now"), err("not now")]);
  expect(await ask()).toEqual(ok("found"));
  expect(await ask()).toEqual(ok("found"));
  expect(asked).toBe(2);
});

test("lets so many run at a time, also after a failure", async () => {
  const limited = concurrencyLimit(2);
  const finish: (() => void)[] = [];
  let running = 0;
  let most = 0;
  const work = (fails: boolean) =>
    limited(async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => finish.push(resolve));
      running -= 1;
      if (fails) throw new Error("failed");
    }).catch(() => undefined);
  const all = [true, false, true, false, false].map(work);
  for (let done = 0; done < all.length;) {
    const next = finish.shift();
    if (next !== undefined) {
      next();
      done += 1;
    }
    await Promise.resolve();
  }
  await Promise.all(all);
  expect([most, running]).toEqual([2, 0]);
});
