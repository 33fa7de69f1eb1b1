import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { beforeEach, expect, test } from "vitest";

import { appendAudit, listAudit, type AuditEntry } from "../../src/aws/bucket/audit-trail.ts";
import { getHold, listHolds, putHold } from "../../src/aws/bucket/holds.ts";
import {
  getRelease,
  listReleases,
  putRelease,
  removeRelease,
  type ReleaseDocument,
} from "../../src/aws/bucket/releases.ts";
import { bucketStore, type BucketStore } from "../../src/aws/bucket/store.ts";
import { fingerprint } from "../../src/core/ids.ts";
import { describeWith } from "../rig/parts.ts";
import { awsContext, awsEnvironment } from "./rig/context.ts";
import { moto, useMoto } from "./rig/moto.ts";
import { nextSecond, steppedTiming } from "./rig/timing.ts";
import { unwrap } from "./rig/unwrap.ts";

const bucket = "esteira-acme-dev-123456789012";

describeWith(moto(), "the environment's bucket", (part) => {
  const server = useMoto(part);
  let store: BucketStore;

  beforeEach(async () => {
    const { s3 } = server().clients();
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    store = bucketStore(awsContext(server().clients()));
  });

  const keysIn = async () => {
    const { Contents = [] } = await server()
      .clients()
      .s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    return Contents.map(({ Key }) => Key);
  };

  test("keeps releases under their fingerprint, the newest first", async () => {
    const document = {
      schema: 1,
      release: { project: "recsys", version: "1.0.0" },
      fingerprint: fingerprint("a".repeat(64)),
      deployedAt: 1_700_000_000_000,
      actor: "ana",
      decided: { image: "sha256:1" },
    } as unknown as ReleaseDocument;
    unwrap(await putRelease(store, document));
    // The bucket gives times to the second.
    await nextSecond();
    unwrap(await putRelease(store, { ...document, fingerprint: fingerprint("b".repeat(64)) }));

    expect(await keysIn()).toEqual([
      `esteira/v1/releases/recsys/${"a".repeat(64)}.json`,
      `esteira/v1/releases/recsys/${"b".repeat(64)}.json`,
    ]);
    const listed = unwrap(await listReleases(store, "recsys"));
    expect(listed.map((kept) => kept.fingerprint)).toEqual(["b".repeat(64), "a".repeat(64)]);
    expect(unwrap(await getRelease(store, "recsys", "a".repeat(64)))).toEqual(document);
    expect(unwrap(await getRelease(store, "recsys", "c".repeat(64)))).toBeUndefined();

    unwrap(await removeRelease(store, "recsys", "a".repeat(64)));
    unwrap(await removeRelease(store, "recsys", "a".repeat(64)));
    expect(unwrap(await listReleases(store, "recsys"))).toHaveLength(1);
    expect(unwrap(await listReleases(store, "rec"))).toEqual([]);
  });

  test("keeps a project's holds, and nothing once nothing is held", async () => {
    const rejected = {
      actor: "ana",
      at: 1,
      fingerprint: fingerprint("f".repeat(64)),
      version: "2.0.0",
    };
    const hold = { schema: 1, project: "recsys", rejected } as const;
    expect(unwrap(await listHolds(store))).toEqual(new Map());
    unwrap(await putHold(store, hold));
    unwrap(
      await putHold(store, {
        schema: 1,
        project: "churn",
        scheduleDisabled: { actor: "bo", at: 2 },
      }),
    );
    expect(unwrap(await getHold(store, "recsys"))).toEqual(hold);
    expect([...unwrap(await listHolds(store)).keys()]).toEqual(["churn", "recsys"]);
    unwrap(await putHold(store, { schema: 1, project: "recsys" }));
    expect(unwrap(await getHold(store, "recsys"))).toBeUndefined();
    expect(await keysIn()).toEqual(["esteira/v1/holds/churn.json"]);
  });

  test("lists who did what, the newest first, page by page", async () => {
    const timing = steppedTiming(0.25);
    const entry = (at: number, action: string): AuditEntry => ({
      schema: 1,
      at,
      actor: "ana",
      action,
      project: "recsys",
      commit: "4f9a1c0",
      summary: { create: 9 },
      outcome: "succeeded",
    });
    const entries = [
      entry(999, "bootstrap"),
      entry(1_700_000_000_000, "deploy"),
      entry(1_700_000_000_001, "rollback"),
    ];
    for (const each of entries) unwrap(await appendAudit(store, each, timing));
    expect((await keysIn())[1]).toBe(
      "esteira/v1/audit/8299999999999-2023-11-14T22:13:20.000Z-400000.json",
    );

    const first = unwrap(await listAudit(store, { limit: 2 }));
    expect(first.items).toEqual([entries[2], entries[1]]);
    const second = unwrap(await listAudit(store, { limit: 2, cursor: first.next ?? "" }));
    expect(second).toEqual({ items: [entries[0]] });
  });

  test("never changes an entry of the audit trail", async () => {
    const timing = steppedTiming(0);
    const entry: AuditEntry = {
      schema: 1,
      at: 1,
      actor: "ana",
      action: "deploy",
      summary: {},
      outcome: "succeeded",
    };
    unwrap(await appendAudit(store, entry, timing));
    unwrap(await appendAudit(store, { ...entry, actor: "mallory" }, timing));
    expect(unwrap(await listAudit(store, { limit: 9 })).items).toEqual([entry]);
  });

  test("says which object is broken or of another time", async () => {
    const { s3 } = server().clients();
    const put = (Body: string) =>
      s3.send(new PutObjectCommand({ Bucket: bucket, Key: "esteira/v1/holds/recsys.json", Body }));
    const resource = `s3://${bucket}/esteira/v1/holds/recsys.json`;
    await put("{");
    expect(await getHold(store, "recsys")).toEqual({
      ok: false,
      error: {
        reason: "corrupt",
        message: `${resource} is not a document of Esteira`,
        help: "restore an earlier version of the object; the bucket keeps them",
        resource,
      },
    });
    await put('{"schema":2}');
    expect(await getHold(store, "recsys")).toEqual({
      ok: false,
      error: {
        reason: "refused",
        message: `${resource} has schema 2, this Esteira knows schema 1`,
        help: "use the Esteira that wrote it, or a later one",
        resource,
      },
    });
  });

  test("isn't there before bootstrap, and says so", async () => {
    const elsewhere = bucketStore(awsContext(server().clients(), { workspace: "other" }));
    expect(await getHold(elsewhere, "recsys")).toEqual({
      ok: false,
      error: {
        reason: "not-found",
        message:
          "could not read s3://esteira-other-dev-123456789012/esteira/v1/holds/recsys.json: NoSuchBucket: The specified bucket does not exist",
        help: "bootstrap's step `bucket` is missing or has changed; an administrator runs `esteira bootstrap -e dev`",
        resource: "s3://esteira-other-dev-123456789012/esteira/v1/holds/recsys.json",
      },
    });
  });

  test("can be one that the workspace names, with room for other environments beside", async () => {
    await server()
      .clients()
      .s3.send(new CreateBucketCommand({ Bucket: "ml-data" }));
    const context = awsContext(server().clients(), {
      environment: awsEnvironment({ artifactsUri: "s3://ml-data/esteira/" }),
    });
    const named = bucketStore(context);
    expect(named.location).toEqual({
      bucket: "ml-data",
      own: false,
      documents: "esteira/v1/acme/dev/",
      artifacts: "esteira/",
      artifactsUri: "s3://ml-data/esteira",
    });
    unwrap(
      await putHold(named, { schema: 1, project: "p", scheduleDisabled: { actor: "a", at: 1 } }),
    );
    expect([...unwrap(await listHolds(named)).keys()]).toEqual(["p"]);
  });
});
