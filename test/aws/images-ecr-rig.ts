import { PutImageCommand } from "@aws-sdk/client-ecr";

import type { Clients } from "../../src/aws/sdk/context.ts";
import { digestOf } from "../../src/oci/manifest.ts";

/**
 * Puts an image of nothing into `ml-projects` under these tags, its content made different by a
 * name; gives its digest.
 */
export async function putImage(
  clients: Clients,
  content: string,
  ...tags: readonly string[]
): Promise<string> {
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType,
    config: {
      mediaType: "application/vnd.oci.image.config.v1+json",
      size: content.length,
      digest: digestOf(Buffer.from(content)),
    },
    layers: [],
  });
  // The emulator makes its own digests unless it is given some.
  const imageDigest = digestOf(Buffer.from(manifest));
  for (const tag of tags) {
    await clients.ecr.send(
      new PutImageCommand({
        repositoryName: "ml-projects",
        imageManifest: manifest,
        imageManifestMediaType: mediaType,
        imageTag: tag,
        imageDigest,
      }),
    );
  }
  return imageDigest;
}
