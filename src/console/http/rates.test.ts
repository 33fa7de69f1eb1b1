import { expect, test } from "vitest";

import { openLimiter } from "./rates.ts";

test("so many at once, then so many a second, each key by itself", () => {
  let now = 0;
  const limiter = openLimiter({ burst: 3, perSecond: 2 }, () => now);
  const take = (key: string): string => {
    const taken = limiter.take(key);
    return taken.ok ? "yes" : `in ${taken.retryAfter} s`;
  };
  expect([take("a"), take("a"), take("a"), take("a")]).toEqual(["yes", "yes", "yes", "in 1 s"]);
  expect(take("b")).toBe("yes");
  now = 500;
  expect([take("a"), take("a")]).toEqual(["yes", "in 1 s"]);
});

test("what is rare says how long it takes", () => {
  const limiter = openLimiter({ burst: 1, perSecond: 0.2 }, () => 0);
  limiter.take("a");
  expect(limiter.take("a")).toEqual({ ok: false, retryAfter: 5 });
});

test("many who came once leave nothing behind", () => {
  let now = 0;
  const limiter = openLimiter({ burst: 2, perSecond: 1 }, () => now);
  for (let index = 0; index < 25_000; index += 1) {
    now += 1;
    expect(limiter.take(`key ${index}`).ok).toBe(true);
  }
});
