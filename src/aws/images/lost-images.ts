import { BatchGetImageCommand } from "@aws-sdk/client-ecr";

import { batches, mapConcurrently } from "../../core/concurrency.ts";
import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { callAws } from "../sdk/call.ts";
import type { AwsContext } from "../sdk/context.ts";

/**
 * Those of these images (`host/path@sha256:…`) that are no longer in their registry; in as few
 * requests as it allows. Of a registry that can't be asked, none are.
 */
export type FindLostImages = (
  uris: readonly string[],
) => Promise<Result<ReadonlySet<string>, PlatformError>>;

/**
 * Asks Amazon ECR alone, a hundred images at a time, in the region of the environment. ECR answers
 * for an image that is gone, or that it can't read now, with a failure beside the others.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html
 */
export function lostInEcr(context: AwsContext): FindLostImages {
  const { environment, clients } = context;
  return async (uris) => {
    const lost = new Set<string>();
    const byRepository = Map.groupBy(
      uris.flatMap((uri) => imageInEcr(uri) ?? []),
      ({ registryId, repositoryName }) => `${registryId}/${repositoryName}`,
    );
    for (const images of byRepository.values()) {
      const [first] = images;
      if (first === undefined) continue;
      const { registryId, repositoryName } = first;
      const looked = await callAws(environment.name, `look for images in ${repositoryName}`, () =>
        mapConcurrently(batches(images, 100), 4, async (batch) => {
          const { images: there = [], failures = [] } = await clients.ecr.send(
            new BatchGetImageCommand({
              registryId,
              repositoryName,
              imageIds: batch.map(({ imageDigest }) => ({ imageDigest })),
            }),
          );
          const unclear = failures.filter(({ failureCode }) => failureCode !== "ImageNotFound");
          const others = new Set(
            [...there, ...unclear].map(({ imageId }) => imageId?.imageDigest ?? ""),
          );
          for (const { uri, imageDigest } of batch) if (!others.has(imageDigest)) lost.add(uri);
        }),
      );
      if (!looked.ok) return looked;
    }
    return ok(lost);
  };
}

interface ImageInEcr {
  readonly uri: string;
  readonly registryId: string;
  readonly repositoryName: string;
  readonly imageDigest: string;
}

/** Undefined for an image of another registry. */
function imageInEcr(uri: string): ImageInEcr | undefined {
  const [name = "", imageDigest] = uri.split("@");
  const slash = name.indexOf("/");
  const [registryId = "", ...host] = name.slice(0, Math.max(0, slash)).split(".");
  if (imageDigest === undefined || host[0] !== "dkr" || host[1] !== "ecr") return undefined;
  return { uri, registryId, repositoryName: name.slice(slash + 1), imageDigest };
}
