import { expect, test } from "vitest";

import { steppedTiming } from "../../../test/aws/rig/timing.ts";
import {
  instanceProfileSettles,
  schedulerRoleSettles,
  stateMachineDeleting,
  stateMachineRoleSettles,
  untilConsistent,
  untilThere,
} from "./retry.ts";

const failure = (name: string, message = name) => Object.assign(new Error(message), { name });

/** What AWS says, in its own words, while a role is on its way. */
const settling = [
  [
    stateMachineRoleSettles,
    "AccessDeniedException",
    "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.",
  ],
  [
    stateMachineRoleSettles,
    "AccessDeniedException",
    "'arn:aws:iam::123456789012:role/r' is not authorized to create managed-rule.",
  ],
  [
    stateMachineRoleSettles,
    "AccessDeniedException",
    "The state machine IAM Role is not authorized to access the Log Destination",
  ],
  [
    schedulerRoleSettles,
    "ValidationException",
    "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
  ],
  [instanceProfileSettles, "ValidationError", "Invalid IamInstanceProfile: p"],
] as const;

test.each(settling)("tries again after %s: %s %s", async (passing, name, message) => {
  const timing = steppedTiming();
  let tries = 0;
  const waits: string[] = [];
  const value = await untilConsistent(
    () => (++tries < 3 ? Promise.reject(failure(name, message)) : Promise.resolve("there")),
    [stateMachineDeleting, passing],
    { timing, onWait: (ms, why) => waits.push(`${ms} ${why}`) },
  );
  expect(value).toBe("there");
  expect(timing.slept).toEqual([750, 1500]);
  expect(waits).toEqual([`0 ${passing.until}`, `750 ${passing.until}`]);
});

test("fails at once for any other refusal of the same name", async () => {
  const timing = steppedTiming();
  const denied = failure(
    "AccessDeniedException",
    "User u is not authorized to perform: states:CreateStateMachine",
  );
  await expect(
    untilConsistent(() => Promise.reject(denied), [stateMachineRoleSettles], { timing }),
  ).rejects.toBe(denied);
  expect(timing.slept).toEqual([]);
});

test("gives AWS's last word when its patience ends: a trust that is wrong for good says the same", async () => {
  const timing = steppedTiming(1);
  const start = timing.now();
  const refusal = failure("ValidationException", settling[3][2]);
  await expect(
    untilConsistent(() => Promise.reject(refusal), [schedulerRoleSettles], { timing }),
  ).rejects.toBe(refusal);
  expect(timing.now() - start).toBeGreaterThanOrEqual(120_000);
  expect(timing.now() - start).toBeLessThan(135_000);
  expect(Math.max(...timing.slept)).toBe(10_000);
});

test("stops waiting when asked to", async () => {
  const aborter = new AbortController();
  const waiting = {
    timing: steppedTiming(),
    signal: aborter.signal,
    onWait: () => aborter.abort(new Error("Ctrl-C")),
  };
  await expect(
    untilConsistent(
      () => Promise.reject(failure("StateMachineDeleting")),
      [stateMachineDeleting],
      waiting,
    ),
  ).rejects.toThrow("Ctrl-C");
});

test("asks until there is an answer, or gives none", async () => {
  const timing = steppedTiming();
  let asked = 0;
  const patience = { capMs: 5000 };
  const ask = () => Promise.resolve(++asked === 3 ? "answer" : undefined);
  expect(await untilThere(ask, "it is there", patience, { timing })).toBe("answer");
  expect(
    await untilThere(() => Promise.resolve(undefined), "never", patience, { timing }),
  ).toBeUndefined();
});
