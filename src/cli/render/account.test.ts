import { expect, test } from "vitest";

import type { Check } from "../../platform/check.ts";
import { renderAudit } from "./audit.ts";
import { renderChecks } from "./checks.ts";
import { renderGarbage } from "./garbage.ts";
import { styleFor } from "./style.ts";

const style = styleFor(false);
const around = { style, width: 80, now: 0, offset: () => 0 };

test("the checklist: the environment first, then each project, each finding with its remedy", () => {
  const checks: readonly Check[] = [
    {
      project: "recsys",
      subject: "secrets",
      outcome: "failed",
      message: "the secret /esteira/dev/recsys/TOKEN does not exist",
      help: "create it as an SSM parameter of type SecureString in us-east-1, then verify again",
    },
    { project: undefined, subject: "bootstrap", outcome: "passed", message: "it is there" },
    {
      project: "recsys",
      subject: "image",
      outcome: "warning",
      message: "recsys-1.0.0 is not in the registry yet",
      help: "a deploy does that",
    },
  ];
  expect(renderChecks(checks, "dev", around)).toEqual([
    "dev",
    "  ✓ bootstrap  it is there",
    "",
    "recsys",
    "  ✗ secrets    the secret /esteira/dev/recsys/TOKEN does not exist",
    "               → create it as an SSM parameter of type SecureString in",
    "                 us-east-1, then verify again",
    "  ! image      recsys-1.0.0 is not in the registry yet",
    "               → a deploy does that",
    "",
    "✗ 1 of 3 checks failed, 1 warning.",
  ]);
  expect(renderChecks(checks.slice(1), "dev", around).at(-1)).toBe(
    "✓ dev has what it takes: 2 checks, 1 warning.",
  );
});

test("the audit trail on a narrow terminal keeps who, what and how it ended", () => {
  const at = Date.UTC(2026, 0, 31, 3);
  const actor = "arn:aws:sts::123456789012:assumed-role/deploy/ana";
  const summary = { create: 9, update: 1, unchanged: 3 };
  const entry = { at, actor, action: "deploy", project: "recsys", outcome: "succeeded" } as const;
  expect(renderAudit([{ ...entry, summary }], { ...around, width: 100 })).toEqual([
    "when                 who                      did     project  what                outcome",
    "2026-01-31 03:00:00  assumed-role/deploy/ana  deploy  recsys   9 create, 1 update  succeeded",
  ]);
  const [, line = ""] = renderAudit([{ ...entry, summary }], { ...around, width: 80 });
  expect(line).toBe(
    "2026-01-31 03:00:00  assumed-rol…  deploy  recsys   9 create, 1 upda…  succeeded",
  );
});

test("what would go, a tree a project", () => {
  const garbage = [
    { project: "recsys", kind: "release", name: "1.0.0" },
    { project: "recsys", kind: "task-definition", name: "recsys:1" },
    { project: "churn", kind: "image", name: "churn-1.0.0" },
  ] as const;
  expect(renderGarbage(garbage, { style })).toEqual([
    "recsys",
    "  - release          1.0.0",
    "  - task-definition  recsys:1",
    "",
    "churn",
    "  - image            churn-1.0.0",
  ]);
});
