import { expect, test } from "vitest";

import { ok } from "../../core/result.ts";
import type { DeployedRelease } from "../../platform/port.ts";
import { checkMachine, type MachineFacts } from "./machine.ts";

const now = Date.UTC(2026, 0, 31, 3);

function release(version: string, fingerprint: string): DeployedRelease {
  return {
    release: { version, definition: {}, task: { environment: { MODE: version } } },
    fingerprint: fingerprint.padEnd(64, "0"),
    deployedAt: now - 3_600_000,
    actor: "arn:aws:iam::123456789012:user/ana",
    decided: {},
  } as unknown as DeployedRelease;
}

const facts: MachineFacts = {
  name: "recsys",
  environment: "prd",
  now,
  deployed: ok(release("1.0.0", "aaaa")),
  release: release("1.1.0", "bbbb"),
  plan: ok(undefined),
  runs: ok([]),
  diagnosis: undefined,
  model: undefined,
  needs: [],
};

const said = (changes: Partial<MachineFacts>): string[] =>
  checkMachine({ ...facts, ...changes }).map(({ subject, outcome, message, help }) =>
    [subject, outcome, message, help ?? ""].join(" | "),
  );

test("a deploy is proposed where the sources differ, and not while a rollback holds the project", () => {
  expect(said({})[0]).toBe(
    "deployed | warning | 1.0.0 (aaaa0000), 1 h ago by user/ana; the sources differ from it | `esteira plan recsys -e prd` shows in what, `esteira deploy recsys -e prd` applies that.",
  );
  const hold = "rolled back from 1.1.0 on 2026-01-31 by user/ana";
  const plan = { project: "recsys", fingerprint: "b", changes: [], hold, warnings: [] };
  expect(said({ plan: ok(plan) })).toEqual([
    `deployed | warning | 1.0.0 (aaaa0000), 1 h ago by user/ana; it is held: ${hold} | Change what was wrong in its config or sources; then \`esteira deploy recsys -e prd\`.`,
    "resources | passed | all as they were deployed | ",
    "last run | passed | recsys has not run yet | ",
  ]);
});

test("a project that was deployed without a model is to be deployed again once there is one", () => {
  const model = { model: "cars", version: "3", place: "Production", warnings: [] };
  expect(said({ model }).at(-1)).toBe(
    "model | failed | steps get no model: none was found when recsys was deployed; there is version 3 of cars, Production now | `esteira deploy recsys -e prd` gives it to them.",
  );
});
