import { existsSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { longest } from "./rig/longest-first.ts";

test("the files that begin first are there", () => {
  const root = join(import.meta.dirname, "..");
  expect(Object.keys(longest).filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
