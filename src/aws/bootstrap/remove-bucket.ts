import {
  AbortMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetBucketTaggingCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type ObjectIdentifier,
} from "@aws-sdk/client-s3";

import { err, ok, type Result } from "../../core/result.ts";
import type { Change } from "../../platform/plan.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Steps } from "../deploy/steps.ts";
import { callAws } from "../sdk/call.ts";
import { keys } from "../bucket/location.ts";
import { isError } from "../sdk/error-names.ts";
import { describeOwner, fromUpperTags, isSameOwner, ownerOf } from "../sdk/ownership.ts";
import type { PreparedProject } from "../deploy/prepared.ts";
import type { Session } from "../deploy/session.ts";
import { baseLayer } from "./bootstrap.ts";
import { baseOwner } from "./step.ts";

/**
 * Plans the removal of the environment's bucket, which has to be one that bootstrap made for this
 * very environment.
 */
export async function prepareBucketRemoval({
  context,
  store: { location },
}: Session): Promise<Result<PreparedProject, PlatformError>> {
  const { environment, clients } = context;
  const resource = `bucket ${location.bucket}`;
  const refused = (message: string, help: string) =>
    err<PlatformError>({ reason: "refused", message, help, resource });
  if (!location.own) {
    return refused(
      `the bucket ${location.bucket} is one that \`artifacts_uri\` names: Esteira didn't make it and doesn't delete it`,
      `leave --bucket out; what Esteira keeps there is below ${location.documents} and ${location.artifacts || "the bucket's root"}`,
    );
  }
  const read = await callAws(environment.name, `read the ${resource}`, () =>
    clients.s3
      .send(
        new GetBucketTaggingCommand({
          Bucket: location.bucket,
          ExpectedBucketOwner: environment.accountId,
        }),
      )
      .catch((thrown: unknown) => {
        if (isError(thrown, "NoSuchTagSet")) return { TagSet: [] };
        throw thrown;
      }),
  );
  if (!read.ok) return read;
  const owner = ownerOf(fromUpperTags(read.value.TagSet));
  if (!isSameOwner(owner, baseOwner(context))) {
    return refused(
      `the bucket ${location.bucket} ${owner === undefined ? "doesn't bear Esteira's tags" : `belongs to ${describeOwner(owner)}`}`,
      "look at it; if nobody needs it, delete it by hand",
    );
  }
  const change: Change = {
    kind: "bucket",
    name: location.bucket,
    action: "remove",
    fields: [],
    drift: false,
    note: "artifacts, releases, the ledger and the audit trail, in all versions",
  };
  return ok({
    kind: "bucket",
    plan: {
      project: baseLayer,
      fingerprint: undefined,
      changes: [change],
      hold: undefined,
      warnings: [],
    },
  });
}

/** Somebody else who keeps writing is reported, not raced. */
const rounds = 5;

/**
 * Deletes everything in the environment's bucket, every version and every marker of one deleted,
 * and then the bucket. The lease goes last: until then nobody else begins to change the
 * environment. Interrupted, it continues where it was.
 */
export function removeBucket(
  { context, store: { location } }: Session,
  steps: Steps,
): Promise<Result<void, PlatformError>> {
  const { s3 } = context.clients;
  const bucket = { Bucket: location.bucket, ExpectedBucketOwner: context.environment.accountId };
  const lease = location.documents + keys.lease;
  let deleted = 0;

  const deleteAll = async (things: readonly ObjectIdentifier[]): Promise<void> => {
    if (things.length === 0) return;
    const { Errors: [error] = [] } = await s3.send(
      new DeleteObjectsCommand({ ...bucket, Delete: { Objects: [...things], Quiet: true } }),
    );
    if (error !== undefined) {
      throw Object.assign(new Error(`${error.Key ?? ""}: ${error.Message ?? ""}`), {
        name: error.Code ?? "Error",
      });
    }
    deleted += things.length;
  };
  const versions = async (
    prefix: string | undefined,
    act: (things: readonly ObjectIdentifier[]) => Promise<void>,
  ): Promise<void> => {
    let next: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
    let more: boolean | undefined = true;
    while (more === true) {
      const page = await s3.send(
        new ListObjectVersionsCommand({ ...bucket, ...next, MaxKeys: 1000, Prefix: prefix }),
      );
      const things = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
      await act(things.map(({ Key, VersionId }) => ({ Key, VersionId })));
      next = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
      more = page.IsTruncated;
    }
  };
  const uploads = async (): Promise<void> => {
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand(bucket));
    for (const { Key, UploadId } of Uploads) {
      await s3.send(new AbortMultipartUploadCommand({ ...bucket, Key, UploadId }));
    }
  };

  return steps.step({ kind: "bucket", name: location.bucket }, "empty and remove", () =>
    callAws(context.environment.name, `remove the bucket ${location.bucket}`, async () => {
      await uploads();
      let reported = 0;
      await versions(undefined, async (things) => {
        steps.signal.throwIfAborted();
        await deleteAll(things.filter(({ Key }) => Key !== lease));
        if (deleted - reported >= 10_000) {
          reported = deleted;
          steps.output(`${deleted} versions deleted`);
        }
      });
      for (let round = 1; ; round += 1) {
        // From here on the lease can't be renewed any more, which would end this.
        await versions(lease, deleteAll);
        try {
          await s3.send(new DeleteBucketCommand(bucket));
          return;
        } catch (thrown) {
          // It was renewed while its versions were listed.
          if (round === rounds || !isError(thrown, "BucketNotEmpty")) throw thrown;
        }
      }
    }),
  );
}
