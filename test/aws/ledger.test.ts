import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { beforeEach, expect, test } from "vitest";

import {
  type LedgerEntry,
  type LedgerRow,
  listLedgerRuns,
  putLedgerRun,
  readLedgerRun,
  succeededFires,
} from "../../src/aws/bucket/ledger.ts";
import { bucketStore, type BucketStore } from "../../src/aws/bucket/store.ts";
import { describeWith } from "../rig/parts.ts";
import { awsContext } from "./rig/context.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { unwrap } from "./rig/unwrap.ts";

const bucket = "esteira-acme-dev-123456789012";
const start = Date.UTC(2026, 0, 31, 3, 0, 7, 250);
const fire = Date.UTC(2026, 0, 31, 3);
const hour = 3_600_000;

describeWith(moto(), "the ledger of runs", (part) => {
  const server = useMoto(part);
  let store: BucketStore;

  beforeEach(async () => {
    const { s3 } = server().clients();
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    store = bucketStore(awsContext(server().clients()));
  });

  test("keeps a run with its history, its row and the time that it succeeded for", async () => {
    const entry = entryOf({ run: "recsys-20260131T030007Z-4f9a1c" });
    unwrap(await putLedgerRun(store, entry));
    expect(await keysIn()).toEqual([
      "esteira/v1/ledger/recsys/history/recsys-20260131T030007Z-4f9a1c.json",
      "esteira/v1/ledger/recsys/runs/8230171592749-recsys-20260131T030007Z-4f9a1c.json",
      "esteira/v1/ledger/recsys/succeeded/20260131T030000Z/recsys-20260131T030007Z-4f9a1c",
    ]);
    expect(unwrap(await readLedgerRun(store, "recsys", entry.row.run))).toEqual(entry);
    expect(unwrap(await readLedgerRun(store, "recsys", "another"))).toBeUndefined();
  });

  test("lists the newest first, page by page, and those of before a time", async () => {
    for (const [run, startedAt] of [
      ["one", start],
      ["two", start + hour],
      ["three", start + 2 * hour],
    ] as const) {
      unwrap(await putLedgerRun(store, entryOf({ run, startedAt })));
    }
    unwrap(await putLedgerRun(store, entryOf({ run: "other", project: "recsys-2" })));

    const first = unwrap(await listLedgerRuns(store, "recsys", { limit: 2 }));
    expect(first.items.map(({ run }) => run)).toEqual(["three", "two"]);
    const second = unwrap(
      await listLedgerRuns(store, "recsys", { limit: 2, cursor: first.next ?? "" }),
    );
    expect(second).toEqual({ items: [entryOf({ run: "one" }).row] });

    const before = async (at: number) => {
      const { items } = unwrap(await listLedgerRuns(store, "recsys", { limit: 9 }, at));
      return items.map(({ run }) => run);
    };
    expect(await before(start + hour + 1)).toEqual(["two", "one"]);
    expect(await before(start + hour)).toEqual(["one"]);
    expect(await before(start)).toEqual([]);
  });

  test("says for which scheduled times a run has succeeded", async () => {
    const runs: Partial<LedgerRow>[] = [
      { run: "zero", scheduledTime: fire - hour },
      { run: "one", scheduledTime: fire },
      { run: "failed", scheduledTime: fire + hour, status: "FAILED" },
      { run: "skipped", scheduledTime: fire + 2 * hour, skipped: true },
      { run: "manual", scheduledTime: undefined },
      { run: "two", scheduledTime: fire + 3 * hour },
      { run: "three", scheduledTime: fire + 4 * hour },
    ];
    for (const row of runs) unwrap(await putLedgerRun(store, entryOf(row)));
    expect(unwrap(await succeededFires(store, "recsys", fire, fire + 3 * hour))).toEqual(
      new Map([
        [fire, "one"],
        [fire + 3 * hour, "two"],
      ]),
    );
    expect(unwrap(await succeededFires(store, "rec", 0, fire + 9 * hour))).toEqual(new Map());
  });

  test("finds more times than a page of S3 has", async () => {
    for (let index = 0; index < 5; index += 1) {
      const row = { run: `run-${index}`, scheduledTime: fire + index * hour };
      unwrap(await putLedgerRun(store, entryOf(row)));
    }
    const small: BucketStore = {
      ...store,
      list: (prefix, page, after) => store.list(prefix, { ...page, limit: 2 }, after),
    };
    const found = unwrap(await succeededFires(small, "recsys", fire, fire + 3 * hour));
    expect([...found.values()]).toEqual(["run-0", "run-1", "run-2", "run-3"]);
  });

  test("an ending of before a redrive never takes the place of a later one", async () => {
    const failed = entryOf({ run: "one", status: "FAILED", diagnosis: "run/out-of-memory" });
    const resumed = entryOf({ run: "one", redriveCount: 1 });
    const read = async () => unwrap(await readLedgerRun(store, "recsys", "one"));
    const rows = async () => unwrap(await listLedgerRuns(store, "recsys", { limit: 9 })).items;

    unwrap(await putLedgerRun(store, failed));
    unwrap(await putLedgerRun(store, failed));
    expect([await read(), await rows()]).toEqual([failed, [failed.row]]);
    unwrap(await putLedgerRun(store, resumed));
    expect([await read(), await rows()]).toEqual([resumed, [resumed.row]]);
    unwrap(await putLedgerRun(store, failed));
    expect([await read(), await rows()]).toEqual([resumed, [resumed.row]]);
  });

  test("completes what was cut short between two of its objects", async () => {
    const entry = entryOf({ run: "one" });
    unwrap(await putLedgerRun(store, entry));
    const all = await keysIn();
    for (const key of all) {
      await server()
        .clients()
        .s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
      unwrap(await putLedgerRun(store, entry));
      expect(await keysIn()).toEqual(all);
    }
  });

  test("what is not a document is named", async () => {
    const Key = "esteira/v1/ledger/recsys/history/one.json";
    await server()
      .clients()
      .s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "{" }));
    const corrupt = {
      ok: false,
      error: {
        reason: "corrupt",
        message: `s3://${bucket}/${Key} is not a document of Esteira`,
        help: "restore an earlier version of the object; the bucket keeps them",
        resource: `s3://${bucket}/${Key}`,
      },
    };
    expect(await readLedgerRun(store, "recsys", "one")).toEqual(corrupt);
    expect(await putLedgerRun(store, entryOf({ run: "one" }))).toEqual(corrupt);
  });

  const keysIn = async () => {
    const { Contents = [] } = await server()
      .clients()
      .s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    return Contents.map(({ Key = "" }) => Key);
  };
});

function entryOf({ run = "one", ...changes }: Partial<LedgerRow>): LedgerEntry {
  const row: LedgerRow = {
    run,
    project: "recsys",
    environment: "dev",
    status: "SUCCEEDED",
    skipped: false,
    interrupted: false,
    trigger: "schedule",
    actor: "",
    startedAt: start,
    endedAt: start + 60_000,
    scheduledTime: fire,
    origin: run,
    artifacts: `s3://${bucket}/artifacts/recsys/${run}/`,
    release: "f".repeat(64),
    version: "1.0.0",
    modelVersion: "3",
    failure: undefined,
    resumedBy: undefined,
    redriveCount: 0,
    diagnosis: undefined,
    ...changes,
  };
  return {
    row,
    events: [
      {
        id: 1,
        previousEventId: 0,
        type: "ExecutionStarted",
        timestamp: row.startedAt,
        details: { input: {} },
      },
    ],
  };
}
