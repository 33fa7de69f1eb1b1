import { PutImageCommand } from "@aws-sdk/client-ecr";

import type { Platform } from "../../src/platform/port.ts";
import { isError } from "../../src/aws/sdk/error-names.ts";
import type { Clients } from "../../src/aws/sdk/context.ts";
import { digestOf } from "../../src/oci/manifest.ts";
import { unwrap } from "./rig/unwrap.ts";

/** Puts what is deployed there, whose images were published to no registry. */
export async function putDeployedImages(
  clients: Clients,
  platform: Pick<Platform, "listDeployed">,
): Promise<void> {
  for (const { release, decided } of unwrap(await platform.listDeployed())) {
    const imageDigest = decided["image"]?.split("@")[1];
    const put = new PutImageCommand({
      repositoryName: "ml-projects",
      imageManifest: JSON.stringify({ schemaVersion: 2, layers: [], of: imageDigest }),
      imageManifestMediaType: "application/vnd.oci.image.manifest.v1+json",
      imageTag: release.names.imageTag,
      imageDigest,
    });
    try {
      await clients.ecr.send(put);
    } catch (thrown) {
      if (!isError(thrown, "ImageAlreadyExistsException")) throw thrown;
    }
  }
}

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
