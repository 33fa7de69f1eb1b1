import { all, err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import type { ImageProgress } from "./image-port.ts";
import {
  type Descriptor,
  type Manifest,
  type ManifestParts,
  readManifest,
} from "../../oci/manifest.ts";
import { isSameRepository, repositoryName } from "../../oci/reference.ts";
import type { Repository } from "./repository.ts";

const blobsAtATime = 4;
const attempts = 3;

/**
 * Copies what an image by digest consists of, with every image that an index names, and gives its
 * manifest: once that is put under a tag, the image is there. What is there already is not sent
 * again; within one registry nothing is sent that it can take over itself.
 */
export async function copyImage(
  source: Repository,
  target: Repository,
  digest: string,
  progress: ImageProgress,
): Promise<Result<Manifest, PlatformError>> {
  const { signal } = progress;
  const read = await source.manifest(digest, signal);
  if (!read.ok) return read;
  const manifest = read.value;
  if (manifest === undefined) {
    return err({
      reason: "not-found",
      message: `the image ${repositoryName(source.reference)}@${digest} is not there any more`,
      help: "run it again: what there is now is looked up anew",
    });
  }
  if (isSameRepository(source.reference, target.reference)) return ok(manifest);
  const parts = partsOf(manifest, source);
  if (!parts.ok) return parts;
  switch (parts.value.kind) {
    case "index":
      for (const { digest: child } of parts.value.manifests) {
        const copied = await copyImage(source, target, child, progress);
        if (!copied.ok) return copied;
        const put = await target.put(copied.value, undefined, signal);
        if (!put.ok) return put;
      }
      break;
    case "image": {
      const blobs = unique([parts.value.config, ...parts.value.layers]);
      const copied = all(
        await mapConcurrently(blobs, blobsAtATime, (blob) =>
          copyBlob(source, target, blob, progress),
        ),
      );
      if (!copied.ok) return copied;
      break;
    }
  }
  return ok(manifest);
}

/** Reads a manifest that has to be readable. */
export function partsOf(
  manifest: Manifest,
  { reference }: Repository,
): Result<ManifestParts, PlatformError> {
  const parts = readManifest(manifest);
  if (parts.ok) return parts;
  return err({
    reason: "invalid",
    message: `the manifest ${repositoryName(reference)}@${manifest.digest} ${parts.error}`,
    help: "build the image anew under another version",
  });
}

async function copyBlob(
  source: Repository,
  target: Repository,
  blob: Descriptor,
  { output, signal }: ImageProgress,
): Promise<Result<void, PlatformError>> {
  const there = await target.registry.hasBlob(blob.digest, signal);
  if (!there.ok) return there;
  if (there.value) return ok(undefined);
  if (source.reference.host === target.reference.host) {
    const mounted = await target.registry.mount(blob.digest, source.reference.path, signal);
    if (mounted.ok && mounted.value) return ok(undefined);
  }
  output(`copying ${blob.digest.slice(0, 19)} (${sizeOf(blob.size)})`);
  for (let tried = 1; ; tried += 1) {
    const content = await source.registry.openBlob(blob.digest, signal);
    const sent = content.ok ? await target.registry.upload(blob, content.value, signal) : content;
    const passing = !sent.ok && ["unavailable", "corrupt"].includes(sent.error.reason);
    if (!passing || tried === attempts) return sent;
    output(`${sent.error.message}; trying again`);
  }
}

function unique(blobs: readonly Descriptor[]): Descriptor[] {
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}

/** `12.3 MB` */
export function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const units = ["kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = "bytes";
  for (const next of units) {
    if (value < 1000) break;
    value /= 1000;
    unit = next;
  }
  return `${value.toFixed(1)} ${unit}`;
}
