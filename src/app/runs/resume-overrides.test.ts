import { expect, test } from "vitest";

import { readOverrideWishes } from "./resume-overrides.ts";

test("what was typed becomes overrides by step", () => {
  const wishes = { memory: ["train=8", "report=0.5"], timeout: ["train=7200"] };
  expect(readOverrideWishes(wishes)).toEqual({
    ok: true,
    value: { train: { memory_gb: 8, timeout_seconds: 7200 }, report: { memory_gb: 0.5 } },
  });
  expect(readOverrideWishes({ memory: [], timeout: [] })).toEqual({ ok: true, value: undefined });
});

test.each(["train", "=8", "train=8GB", "train=0", "train=99999", "train=-1"])(
  "--memory %s says how it is written",
  (text) => {
    expect(readOverrideWishes({ memory: [text], timeout: [] })).toMatchObject({
      error: {
        reason: "usage",
        message: `--memory ${text} can't be read`,
        help: "Write it as STEP=GB, for example train=8 or train=0.5.",
      },
    });
  },
);

test.each(["train=1.5", "train=2h", "train=0", "train=2592001"])("--timeout %s too", (text) => {
  expect(readOverrideWishes({ memory: [], timeout: [text] })).toMatchObject({
    error: {
      message: `--timeout ${text} can't be read`,
      help: "Write it as STEP=SECONDS, a whole number up to thirty days: train=7200.",
    },
  });
});

test("twice for one step is refused", () => {
  expect(readOverrideWishes({ memory: ["a=1", "a=2"], timeout: [] })).toMatchObject({
    error: { message: "--memory is given twice for a", help: "Give it once." },
  });
});
