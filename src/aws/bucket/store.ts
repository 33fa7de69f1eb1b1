import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";

import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isError, sdkError } from "../sdk/error-names.ts";
import { awsError } from "../sdk/errors.ts";
import { bucketLocation, type BucketLocation } from "./location.ts";
import type { Page, PageRequest } from "../../platform/page.ts";

/**
 * The documents that Esteira keeps in an environment's bucket; keys are relative to the location's
 * `documents`.
 */
export interface BucketStore {
  readonly location: BucketLocation;
  /** Undefined when there is none. */
  get(key: string): Promise<Result<StoredObject | undefined, PlatformError>>;
  /** Gives the new version, or `"conflict"` when `condition` doesn't hold. */
  put(
    key: string,
    text: string,
    condition?: PutCondition,
  ): Promise<Result<{ readonly version: string } | "conflict", PlatformError>>;
  /**
   * In the order of the keys. `after`: those behind this key only, whether it is there or not; for
   * the first page.
   */
  list(
    prefix: string,
    page: PageRequest,
    after?: string,
  ): Promise<Result<Page<ListedObject>, PlatformError>>;
  /** Gone already is success. */
  remove(key: string): Promise<Result<void, PlatformError>>;
}

/**
 * Decided by S3 itself, no matter who else writes:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export type PutCondition =
  | { readonly kind: "absent" }
  /** It still is what was read. */
  | { readonly kind: "unchanged"; readonly version: string };

export interface StoredObject {
  readonly text: string;
  /** Changes with every change of the text; for `PutCondition`. */
  readonly version: string;
  /** By S3's clock, milliseconds since the epoch. */
  readonly modifiedAt: number;
}

export interface ListedObject {
  readonly key: string;
  readonly modifiedAt: number;
}

export function bucketStore(context: AwsContext): BucketStore {
  const location = bucketLocation(context.workspace, context.environment);
  const { s3 } = context.clients;
  const bucket = {
    Bucket: location.bucket,
    // A bucket that somebody else took the name of first must not get our documents. A named one
    // may be another account's on purpose.
    ...(location.own ? { ExpectedBucketOwner: context.environment.accountId } : {}),
  };
  const keyOf = (key: string) => location.documents + key;
  const call = async <Value>(
    action: string,
    key: string,
    send: () => Promise<Value>,
  ): Promise<Result<Value, PlatformError>> => {
    try {
      return ok(await send());
    } catch (thrown) {
      const resource = `s3://${location.bucket}/${keyOf(key)}`;
      return err(
        awsError(thrown, {
          action: `${action} ${resource}`,
          resource,
          environment: context.environment.name,
        }),
      );
    }
  };

  return {
    location,
    get: (key) =>
      call("read", key, async () => {
        try {
          const found = await s3.send(new GetObjectCommand({ ...bucket, Key: keyOf(key) }));
          return {
            text: (await found.Body?.transformToString("utf8")) ?? "",
            version: found.ETag ?? "",
            modifiedAt: found.LastModified?.getTime() ?? 0,
          };
        } catch (thrown) {
          if (isError(thrown, "NoSuchKey")) return undefined;
          throw thrown;
        }
      }),
    put: (key, text, condition) =>
      call("write", key, async () => {
        try {
          const written = await s3.send(
            new PutObjectCommand({
              ...bucket,
              Key: keyOf(key),
              Body: text,
              ContentType: "application/json",
              ...(condition?.kind === "absent" ? { IfNoneMatch: "*" } : {}),
              ...(condition?.kind === "unchanged" ? { IfMatch: condition.version } : {}),
            }),
          );
          return { version: written.ETag ?? "" };
        } catch (thrown) {
          if (condition !== undefined && isConditionFailed(thrown)) return "conflict" as const;
          throw thrown;
        }
      }),
    list: (prefix, { cursor, limit }, after) =>
      call("list", prefix, async () => {
        const listed = await s3.send(
          new ListObjectsV2Command({
            ...bucket,
            Prefix: keyOf(prefix),
            MaxKeys: limit,
            ...(cursor === undefined ? {} : { ContinuationToken: cursor }),
            ...(after === undefined || cursor !== undefined ? {} : { StartAfter: keyOf(after) }),
          }),
        );
        return {
          items: (listed.Contents ?? []).map(({ Key = "", LastModified }) => ({
            key: Key.slice(location.documents.length),
            modifiedAt: LastModified?.getTime() ?? 0,
          })),
          ...(listed.NextContinuationToken === undefined
            ? {}
            : { next: listed.NextContinuationToken }),
        };
      }),
    remove: (key) =>
      call("delete", key, async () => {
        await s3.send(new DeleteObjectCommand({ ...bucket, Key: keyOf(key) }));
      }),
  };
}

/**
 * Somebody else's version is there, none is there any more, or two writes came at the same moment
 * (409).
 */
function isConditionFailed(thrown: unknown): boolean {
  const { name, status } = sdkError(thrown);
  return (
    status === 412 ||
    status === 409 ||
    name === "PreconditionFailed" ||
    name === "ConditionalRequestConflict" ||
    name === "NoSuchKey"
  );
}

/** All keys below a prefix. */
export async function listAll(
  store: BucketStore,
  prefix: string,
): Promise<Result<readonly ListedObject[], PlatformError>> {
  const all: ListedObject[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list(prefix, {
      limit: 1000,
      ...(cursor === undefined ? {} : { cursor }),
    });
    if (!page.ok) return page;
    all.push(...page.value.items);
    cursor = page.value.next;
  } while (cursor !== undefined);
  return ok(all);
}
