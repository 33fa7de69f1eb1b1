import { all, type Result } from "../../core/result.ts";
import { ok } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { mapConcurrently } from "../../core/concurrency.ts";
import type { CredentialSource } from "../../oci/credentials.ts";
import type { Manifest } from "../../oci/manifest.ts";
import { repositoryName, type RepositoryReference } from "../../oci/reference.ts";
import type { FindLostImages } from "./lost-images.ts";
import type { RegistryOptions } from "../../oci/registry-exchange.ts";
import { type RegistryHttp, registryHttp } from "../../oci/registry-http.ts";
import { type Registry, registryOf } from "../../oci/registry.ts";

/** A repository of images in some registry: all that the rest asks of it. */
export interface Repository {
  readonly reference: RepositoryReference;
  /** Its own HTTP API: blobs go through it in every registry. */
  readonly registry: Registry;
  /** For the Docker client. */
  readonly credentials: CredentialSource;
  /** How one gets credentials, for messages. */
  readonly signIn: string;
  /**
   * Digests by tag; a tag that isn't there has no entry. In as few requests as the registry allows.
   */
  find(
    tags: readonly string[],
    signal?: AbortSignal,
  ): Promise<Result<ReadonlyMap<string, string>, PlatformError>>;
  /** By digest or tag; undefined: it isn't there. */
  manifest(
    reference: string,
    signal?: AbortSignal,
  ): Promise<Result<Manifest | undefined, PlatformError>>;
  /** Puts a manifest under a tag, or under its digest alone. What it names must be there. */
  put(
    manifest: Manifest,
    tag: string | undefined,
    signal?: AbortSignal,
  ): Promise<Result<void, PlatformError>>;
  /** Digests with all their tags, of every image that may have a tag that `isOurs`. */
  list(
    isOurs: (tag: string) => boolean,
  ): Promise<Result<ReadonlyMap<string, readonly string[]>, PlatformError>>;
  /** Whether a tag can be taken away from an image that keeps others. */
  readonly tagsAreSingle: boolean;
  /** Takes these tags away, and with the last of its tags the image; gives those that are gone. */
  untag(digest: string, tags: readonly string[]): Promise<Result<readonly string[], PlatformError>>;
}

/** `registry.example.com/ml/images@sha256:…` */
export function uriOf({ reference }: Repository, digest: string): string {
  return `${repositoryName(reference)}@${digest}`;
}

const headsAtATime = 8;

/** Looks for images by digest, one request each; those of other repositories count as there. */
export function lostIn({ reference, registry }: Repository): FindLostImages {
  return async (uris) => {
    const prefix = `${repositoryName(reference)}@`;
    const own = uris.filter((uri) => uri.startsWith(prefix));
    const heads = all(
      await mapConcurrently(own, headsAtATime, (uri) => registry.head(uri.slice(prefix.length))),
    );
    if (!heads.ok) return heads;
    return ok(new Set(own.filter((_uri, index) => heads.value[index] === undefined)));
  };
}

/** A repository in a registry that is spoken to by its HTTP API alone. */
export function ociRepository(
  reference: RepositoryReference,
  options: Omit<RegistryOptions, "host">,
): Repository {
  const http: RegistryHttp = registryHttp({ ...options, host: reference.host });
  const registry = registryOf(http, reference.path);
  const find: Repository["find"] = async (tags, signal) => {
    const heads = all(
      await mapConcurrently(tags, headsAtATime, (tag) => registry.head(tag, signal)),
    );
    if (!heads.ok) return heads;
    return ok(
      new Map(
        tags.flatMap((tag, index): [string, string][] => {
          const digest = heads.value[index];
          return digest === undefined ? [] : [[tag, digest]];
        }),
      ),
    );
  };
  return {
    reference,
    registry,
    credentials: options.credentials,
    signIn: options.signIn,
    find,
    manifest: (image, signal) => registry.manifest(image, signal),
    put: (manifest, tag, signal) => registry.putManifest(manifest, tag ?? manifest.digest, signal),
    async list(isOurs) {
      const tags = await registry.tags();
      if (!tags.ok) return tags;
      const found = await find(tags.value.filter(isOurs));
      if (!found.ok) return found;
      const images = new Map<string, string[]>();
      for (const [tag, digest] of found.value) {
        images.set(digest, [...(images.get(digest) ?? []), tag]);
      }
      return ok(images);
    },
    // All that every registry can do is to delete an image with all its tags.
    tagsAreSingle: false,
    async untag(digest, tags) {
      const deleted = await registry.deleteManifest(digest);
      if (!deleted.ok) return deleted;
      return ok(deleted.value ? tags : []);
    },
  };
}
