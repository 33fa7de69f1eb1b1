import { expect, test } from "vitest";

import { watchers } from "./watchers.ts";

test("what a watch throws is reported, and ends nothing but the watch", async () => {
  const broken = new Error("broken");
  const reported = new Promise((resolve) => {
    const watch = watchers(
      () => {
        throw broken;
      },
      () => undefined,
      resolve,
    );
    watch("fleet:local");
  });
  expect(await reported).toBe(broken);
});
