import { expect, test } from "vitest";

import { putLedgerRun, type LedgerRow } from "../../src/aws/bucket/ledger.ts";
import { bucketStore } from "../../src/aws/bucket/store.ts";
import { watchAccount } from "../../src/aws/watch/account.ts";
import type { Notification } from "../../src/runs/model.ts";
import { describeWith } from "../rig/parts.ts";
import { bootstrapped, deploy, recsys } from "./deploy-fixture.ts";
import { putDeployedImages } from "./images-ecr-rig.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { unwrap } from "./rig/unwrap.ts";

describeWith(moto(), "budgets", (part) => {
  const server = useMoto(part);

  test("people are notified at 80 % and at 100 % of the month, once each", async () => {
    const environment = await bootstrapped(server());
    const { context } = environment;
    const platform = await environment.open();
    await deploy(platform, [
      environment.release(recsys({ monthlyBudgetUsd: 10, schedule: undefined })),
    ]);
    await putDeployedImages(context.clients, platform);
    const store = bucketStore(context);
    const now = Date.UTC(2026, 10, 20);
    const spend = async (run: string, usd: number, startedAt: number): Promise<void> => {
      const row = { run, project: "recsys", status: "SUCCEEDED", startedAt, redriveCount: 0, usd };
      unwrap(await putLedgerRun(store, { row: row as unknown as LedgerRow, events: [] }));
    };
    const sent: Notification[] = [];
    const look = async (at = now): Promise<readonly string[]> => {
      sent.length = 0;
      const timing = { ...context.timing, now: () => at };
      unwrap(
        await watchAccount({
          context: { ...context, timing },
          store,
          send(_recipient, notification) {
            sent.push(notification);
            return Promise.resolve({ kind: "sent" });
          },
        }),
      );
      return sent.map(({ subject }) => subject);
    };
    await spend("recsys-october", 50, Date.UTC(2026, 9, 31, 23));
    await spend("recsys-1", 7, Date.UTC(2026, 10, 1));
    expect(await look()).toEqual([]);
    await spend("recsys-2", 1.5, now - 7_200_000);
    expect(await look()).toEqual([
      "[dev] the runs of recsys have cost about US$ 8.50 in 2026-11, 85 % of the budget of US$ 10",
    ]);
    expect(await look()).toEqual([]);
    await spend("recsys-3", 2, now - 3_600_000);
    expect(await look()).toEqual([
      "[dev] the runs of recsys have cost about US$ 10.50 in 2026-11, 105 % of the budget of US$ 10",
    ]);
    expect(await look()).toEqual([]);
    expect(await look(Date.UTC(2026, 11, 1, 1))).toEqual([]);
  });
});
