import { expect, test } from "vitest";

import { pushFailure, turns } from "./builder.ts";

test("what a push ends with", () => {
  const reasons = [
    "unauthorized: authentication required",
    "denied: requested access to the resource is denied",
    "no basic auth credentials",
    "tag invalid: The image tag 'x' already exists in the 'ml' repository and cannot be overwritten because the repository is immutable.",
    "name unknown: The repository with name 'ml' does not exist in the registry with id '123456789012'",
    'Get "https://registry.example.com/v2/": http: server gave HTTP response to HTTPS client',
    "received unexpected HTTP status: 503 Service Unavailable",
  ].map((words) => pushFailure(words, "registry.example.com", "sign in").reason);
  expect(reasons).toEqual([
    "permission",
    "permission",
    "permission",
    "conflict",
    "not-found",
    "unavailable",
    "unavailable",
  ]);
});

test("work takes turns, also after a failure", async () => {
  const turn = turns(2);
  const finish: (() => void)[] = [];
  let running = 0;
  let most = 0;
  const work = (fails: boolean) =>
    turn(async () => {
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
