import { beforeEach, expect, test } from "vitest";

import { readLedgerRun } from "../../src/aws/bucket/ledger.ts";
import { bucketStore } from "../../src/aws/bucket/store.ts";
import { describeWith } from "../rig/parts.ts";
import { eventOf, mailsIn, marksOf, oneStep, useNotified } from "./notifier-fixture.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { useProxy } from "./rig/proxy.ts";
import { unwrap } from "./rig/unwrap.ts";

const mail = { transport: "ses", from: "esteira@example.com", smtp: undefined } as const;

describeWith(moto(), "the notifier's bundle, run by a bare Node", (part) => {
  const server = useMoto(part, "when told");
  const environment = useNotified(server, () => proxy(), mail);
  const proxy = useProxy(environment);

  beforeEach(() => {
    proxy().sent.length = 0;
    proxy().play({});
  });

  test("a failure: mailed by SES to its people, in the ledger, noted as told, and told once", async () => {
    const { context, deploy, ended, notifier } = environment();
    await deploy(oneStep("python score.py 3"));
    const run = await ended();
    await using function_ = await notifier();
    expect(await function_.call(eventOf(run))).toEqual({ ok: true, value: null });
    expect(mailsIn(proxy().sent)).toEqual([
      "oncall@rentcars.com: [dev] recsys failed at score_model",
    ]);
    expect(await marksOf(context, run)).toEqual([
      { recipient: "oncall@rentcars.com", state: "sent", attempts: 1 },
    ]);
    const entry = unwrap(await readLedgerRun(bucketStore(context), "recsys", run));
    expect(entry?.row).toMatchObject({ run, status: "FAILED", diagnosis: "run/exit-code" });
    const duplicates = [eventOf(run), eventOf(run, { status: "FAILED", redriveCount: 0 })];
    for (const event of duplicates) await function_.call(event);
    expect(mailsIn(proxy().sent)).toHaveLength(1);
    expect(function_.log).toEqual(
      Array.from({ length: 3 }, () => `${run} FAILED: told oncall@rentcars.com`),
    );
  });
});
