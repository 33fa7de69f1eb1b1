import { expect, test } from "vitest";

import { begin, summary } from "../../runs/fixtures/views.ts";
import { renderOverview } from "./overview.ts";
import { renderRuns } from "./runs.ts";
import { styleFor } from "./style.ts";

const around = {
  style: styleFor(false),
  width: 120,
  now: begin + 300_000,
  offset: () => 0,
};

test("runs are in columns; what went wrong gives way to a narrow terminal", () => {
  const runs = [
    summary({ status: "RUNNING", endedAt: undefined, trigger: "schedule" }),
    summary({ status: "FAILED", failure: "score_model ended with exit code 1" }),
  ];
  expect(renderRuns(runs, around)).toEqual([
    "run                             status     started              duration  trigger   version  what went wrong",
    "recsys-20260131T030000Z-4f9a1c  ▸ running  2026-01-31 03:00:00    5m 00s  schedule  1.0.0",
    "recsys-20260131T030000Z-4f9a1c  ✗ failed   2026-01-31 03:00:00     10.0s  manual    1.0.0    score_model ended with exi…",
  ]);
  expect(renderRuns(runs, { ...around, width: 80 })).toEqual([
    "run                             status     started              duration",
    "recsys-20260131T030000Z-4f9a1c  ▸ running  2026-01-31 03:00:00    5m 00s",
    "recsys-20260131T030000Z-4f9a1c  ✗ failed   2026-01-31 03:00:00     10.0s",
  ]);
  expect(renderRuns(runs, { ...around, width: 60 })).toEqual([
    "run                             status     duration",
    "recsys-20260131T030000Z-4f9a1c  ▸ running    5m 00s",
    "recsys-20260131T030000Z-4f9a1c  ✗ failed      10.0s",
  ]);
});

test("projects: what is deployed, how it went last, when it goes next", () => {
  const projects = [
    {
      project: "fleet-report",
      deployed: undefined,
      failedDeploy: {
        at: begin - 3_600_000,
        actor: "arn:aws:iam::123456789012:user/ana",
        error: "nothing listens at mlflow:5000",
      },
      hold: undefined,
      lastRun: undefined,
      next: { kind: "none" as const },
      after: undefined,
      on: undefined,
      waits: undefined,
    },
    {
      project: "prices",
      deployed: { version: "1.0.0", fingerprint: "0b1a1c2d".padEnd(64, "0"), deployedAt: begin },
      failedDeploy: undefined,
      hold: undefined,
      lastRun: undefined,
      next: { kind: "none" as const },
      after: ["recsys"],
      on: undefined,
      waits: "waits for 2026-01-31: recsys failed (recsys-1)",
    },
    {
      project: "recsys",
      deployed: { version: "1.0.0", fingerprint: "4f9a1c2d".padEnd(64, "0"), deployedAt: begin },
      failedDeploy: undefined,
      hold: "rolled back from 1.1.0 on 2026-01-30 by ana; it is deployed again when its config or sources change",
      lastRun: summary(),
      next: { kind: "at" as const, at: begin + 7_200_000 },
      after: undefined,
      on: undefined,
      waits: undefined,
    },
  ];
  expect(renderOverview(projects, around)).toEqual([
    "project       deployed          last run               next run",
    "fleet-report  not deployed      never",
    "prices        1.0.0 (0b1a1c2d)  never                  after recsys",
    "recsys        1.0.0 (4f9a1c2d)  ✓ succeeded 5 min ago  2026-01-31 05:00 (in 2 h)",
    "",
    "✗ fleet-report: the last deploy failed 1 h ago (user/ana): nothing listens at mlflow:5000",
    "◌ prices waits for 2026-01-31: recsys failed (recsys-1)",
    "! recsys is held: rolled back from 1.1.0 on 2026-01-30 by ana; it is deployed again when its config or sources change",
  ]);
  expect(renderOverview(projects, { ...around, width: 64 })).toEqual([
    "project       last run               next run",
    "fleet-report  never",
    "prices        never                  after recsys",
    "recsys        ✓ succeeded 5 min ago  2026-01-31 05:00 (in 2 h)",
    "",
    "✗ fleet-report: the last deploy failed 1 h ago (user/ana):",
    "nothing listens at mlflow:5000",
    "◌ prices waits for 2026-01-31: recsys failed (recsys-1)",
    "! recsys is held: rolled back from 1.1.0 on 2026-01-30 by ana;",
    "it is deployed again when its config or sources change",
  ]);
  expect(renderOverview(projects, { ...around, width: 60 }).slice(0, 4)).toEqual([
    "project       last run               next run",
    "fleet-report  never",
    "prices        never                  after recsys",
    "recsys        ✓ succeeded 5 min ago  2026-01-31 05:00",
  ]);
});
