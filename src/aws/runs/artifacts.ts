import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  paginateListObjectsV2,
} from "@aws-sdk/client-s3";

import type { ArtifactsOf, ArtifactStore, StoredFile } from "../../platform/roles/artifacts.ts";
import type { BucketLocation } from "../bucket/location.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";
import { isError } from "../sdk/error-names.ts";

/** The artifacts of an environment on AWS: a prefix of its bucket for each run. */
export function awsArtifacts(context: AwsContext, location: BucketLocation): ArtifactStore {
  const { s3 } = context.clients;
  const environment = context.environment.name;
  const bucket = {
    Bucket: location.bucket,
    ...(location.own ? { ExpectedBucketOwner: context.environment.accountId } : {}),
  };
  const prefixOf = ({ project, origin }: ArtifactsOf) =>
    `${location.artifacts}${project}/${origin}/`;

  return {
    origins(project) {
      const prefix = `${location.artifacts}${project}/`;
      return callAws(environment, `list s3://${location.bucket}/${prefix}`, async () => {
        const found: string[] = [];
        const pages = paginateListObjectsV2(
          { client: s3 },
          { ...bucket, Prefix: prefix, Delimiter: "/" },
        );
        for await (const { CommonPrefixes = [] } of pages) {
          found.push(...CommonPrefixes.map(({ Prefix = "" }) => Prefix.slice(prefix.length, -1)));
        }
        return found;
      });
    },
    remove(of) {
      const prefix = prefixOf(of);
      return callAws(environment, `remove s3://${location.bucket}/${prefix}`, async () => {
        for await (const { Contents = [] } of paginateListObjectsV2(
          { client: s3 },
          { ...bucket, Prefix: prefix },
        )) {
          const Objects = Contents.flatMap(({ Key }) => (Key === undefined ? [] : [{ Key }]));
          if (Objects.length === 0) continue;
          const { Errors: [refused] = [] } = await s3.send(
            new DeleteObjectsCommand({ ...bucket, Delete: { Objects, Quiet: true } }),
          );
          if (refused !== undefined) {
            throw Object.assign(new Error(`${refused.Key}: ${refused.Message}`), {
              name: refused.Code ?? "InternalError",
            });
          }
        }
      });
    },
    list(of, limit) {
      const prefix = prefixOf(of);
      return callAws(environment, `list s3://${location.bucket}/${prefix}`, async () => {
        const found: StoredFile[] = [];
        let next: string | undefined;
        do {
          const page = await s3.send(
            new ListObjectsV2Command({
              ...bucket,
              Prefix: prefix,
              ...(next === undefined ? {} : { ContinuationToken: next }),
            }),
          );
          for (const { Key = "", Size = 0, LastModified } of page.Contents ?? []) {
            // The console makes an empty object of a folder.
            if (Key.endsWith("/")) continue;
            const modifiedAt = LastModified?.getTime() ?? 0;
            found.push({ key: Key.slice(prefix.length), size: Size, modifiedAt });
          }
          next = page.NextContinuationToken;
        } while (next !== undefined && found.length <= limit);
        return found;
      });
    },
    find(of, key) {
      const Key = prefixOf(of) + key;
      return callAws(environment, `look at s3://${location.bucket}/${Key}`, async () => {
        try {
          const about = await s3.send(new HeadObjectCommand({ ...bucket, Key }));
          const modifiedAt = about.LastModified?.getTime() ?? 0;
          return { key, size: about.ContentLength ?? 0, modifiedAt };
        } catch (thrown) {
          if (isError(thrown, "NotFound") || isError(thrown, "NoSuchKey")) return undefined;
          throw thrown;
        }
      });
    },
    async read(of, key, part) {
      const Range = part && `bytes=${part.from}-${part.from + part.length - 1}`;
      const Key = prefixOf(of) + key;
      return callAws(environment, `read s3://${location.bucket}/${Key}`, async () => {
        try {
          const { Body } = await s3.send(
            new GetObjectCommand({ ...bucket, Key, ...(Range === undefined ? {} : { Range }) }),
          );
          return Body as AsyncIterable<Uint8Array> | undefined;
        } catch (thrown) {
          if (isError(thrown, "NoSuchKey")) return undefined;
          throw thrown;
        }
      });
    },
    placeOf(of, prefix) {
      const { region } = context.environment;
      const at = new URL(`https://${region}.console.aws.amazon.com/s3/buckets/${location.bucket}`);
      at.searchParams.set("prefix", `${prefixOf(of)}${prefix === "" ? "" : `${prefix}/`}`);
      return at.href;
    },
  };
}
