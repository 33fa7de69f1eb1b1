import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { processState, thisProcess } from "./process-identity.ts";

test("a process is alive while it runs under the same number and start", () => {
  const own = thisProcess();
  expect(processState(own)).toBe("alive");
  expect(processState({ ...own, started: "1" })).toBe("dead");
  const { pid } = spawnSync("true");
  expect(processState({ ...own, pid })).toBe("dead");
});

test("the machine's name may change while it runs", () => {
  const own = thisProcess();
  const numbers = own.space.slice(own.space.lastIndexOf("/"));
  expect(processState({ ...own, space: `other${numbers}` })).toBe("alive");
});

test("what runs in another container or on another machine can't be seen", () => {
  const own = thisProcess();
  const host = own.space.slice(0, own.space.lastIndexOf("/"));
  expect(processState({ ...own, space: `${host}/pid:[1]` })).toBe("unknown");
  expect(processState({ ...own, boot: "another", space: "other/" })).toBe("unknown");
  expect(processState({ ...own, boot: "another" })).toBe("dead");
});
