import { ListObjectsV2Command } from "@aws-sdk/client-s3";

import { s3PlaceOf } from "../../config/publishes.ts";
import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { MOST_LOOKED_AT, type SeenPlace } from "../../platform/watch/published.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";

/** What S3 gives of a listing in one answer. */
const pageSize = 1000;
const mostRequests = MOST_LOOKED_AT / pageSize;

/**
 * Looks below a place in S3 for an object that was written since a moment, the last folders by name
 * first: of those that bear dates they are the newest. Ends with the first such object, or after
 * twenty requests.
 *
 * @param uri `s3://bucket/folder/`, or an object
 * @param sinceMs milliseconds since the epoch
 */
export function lookInS3(
  { clients: { s3 }, environment }: Pick<AwsContext, "clients" | "environment">,
  uri: string,
  sinceMs: number,
): Promise<Result<SeenPlace | undefined, PlatformError>> {
  const place = s3PlaceOf(uri);
  if (place === undefined) return Promise.resolve(ok(undefined));
  const { bucket, key } = place;
  const folder = key === "" || key.endsWith("/");
  return callAws(environment.name, `list ${uri}`, async () => {
    let newest: number | undefined;
    let left = mostRequests;
    const folders = [key];
    let from: string | undefined;
    while (folders.length > 0 && left > 0) {
      const prefix = folders.at(-1);
      left -= 1;
      const page = await s3.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix,
          Delimiter: "/",
          ContinuationToken: from,
        }),
      );
      const { Contents = [], CommonPrefixes = [], NextContinuationToken } = page;
      for (const { Key, LastModified } of Contents) {
        // S3's console makes an empty object for a folder.
        if (Key === undefined || Key.endsWith("/") || (!folder && Key !== key)) continue;
        newest = Math.max(newest ?? 0, LastModified?.getTime() ?? 0);
      }
      if (newest !== undefined && newest >= sinceMs) return { newest, more: false };
      const own = folder ? CommonPrefixes.flatMap(({ Prefix }) => Prefix ?? []) : [];
      from = NextContinuationToken;
      // A listing of several pages is read to its end before what is below it.
      if (from === undefined) folders.pop();
      const at = from === undefined ? folders.length : folders.length - 1;
      folders.splice(at, 0, ...own);
    }
    return { newest, more: folders.length > 0 };
  });
}
