import { expect, test } from "vitest";

import { fingerprint } from "../../core/ids.ts";
import type { ReleaseRecord } from "../../platform/records.ts";
import { summary } from "../../runs/fixtures/views.ts";
import { styleFor } from "./style.ts";
import { renderModelHistory } from "./model-history.ts";
import { modelHistory } from "../../app/deploy/model-history.ts";

const old = fingerprint("a".repeat(64));
const now = fingerprint("b".repeat(64));

function release(of: typeof old, deployedAt: number, uri: string): ReleaseRecord {
  const document = { fingerprint: of, deployedAt, actor: "ana", decided: { model_uri: uri } };
  return { document, current: of === now, rejected: false } as unknown as ReleaseRecord;
}

test("where versions were put, and which releases and runs used them", () => {
  const events = modelHistory(
    [
      {
        at: 3000,
        actor: "bia",
        action: "promote-model",
        subject: "recsys 4 to Production, in place of 3",
      },
      { at: 3500, actor: "bia", action: "promote-model", subject: "no", outcome: "failed" },
      { at: 3600, actor: "bia", action: "deploy" },
    ],
    [release(now, 4000, "models:/recsys/4"), release(old, 1000, "")],
    [
      summary({ run: "r-3", release: now }),
      summary({ run: "r-2", release: now }),
      summary({ run: "r-1", release: old }),
    ],
  );
  const around = { style: styleFor(false), width: 120, now: 5000, offset: () => 0 };
  expect(renderModelHistory(events, around)).toEqual([
    "when                 what                                   release   runs  last  by",
    "1970-01-01 00:00:04  ▸ deployed with models:/recsys/4       bbbbbbbb     2  r-3   ana",
    "1970-01-01 00:00:03  recsys 4 to Production, in place of 3                        bia",
    "1970-01-01 00:00:01  deployed without a model               aaaaaaaa     1  r-1   ana",
  ]);
});
