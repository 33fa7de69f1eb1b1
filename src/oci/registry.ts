import { err, ok, type Result } from "../core/result.ts";
import type { EdgeError } from "../core/edge-error.ts";
import { type Descriptor, digestOf, type Manifest, manifestTypes } from "./manifest.ts";
import type { RegistryHttp } from "./registry-http.ts";
import { abandon, corrupt, upload } from "./registry-upload.ts";

/**
 * What one repository of a registry can be asked:
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
export interface Registry {
  /** The digest under a tag, or whether a digest is there; undefined: it isn't. */
  head(reference: string, signal?: AbortSignal): Promise<Result<string | undefined, EdgeError>>;
  /** Checked against its digest. Undefined: it isn't there. */
  manifest(
    reference: string,
    signal?: AbortSignal,
  ): Promise<Result<Manifest | undefined, EdgeError>>;
  /** Under a tag, or under its digest alone. */
  putManifest(
    manifest: Manifest,
    reference: string,
    signal?: AbortSignal,
  ): Promise<Result<void, EdgeError>>;
  hasBlob(digest: string, signal?: AbortSignal): Promise<Result<boolean, EdgeError>>;
  /** A blob that fits into memory, checked against its digest. */
  readBlob(digest: string, signal?: AbortSignal): Promise<Result<Buffer, EdgeError>>;
  openBlob(
    digest: string,
    signal?: AbortSignal,
  ): Promise<Result<ReadableStream<Uint8Array>, EdgeError>>;
  /**
   * Takes a blob over from another repository of the same registry; false: the registry wants it
   * sent.
   */
  mount(
    digest: string,
    fromPath: string,
    signal?: AbortSignal,
  ): Promise<Result<boolean, EdgeError>>;
  /**
   * Sends a blob piece by piece; fails as `corrupt` where the bytes aren't those of the digest, and
   * leaves nothing then.
   */
  upload(
    blob: Descriptor,
    content: ReadableStream<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<Result<void, EdgeError>>;
  tags(signal?: AbortSignal): Promise<Result<readonly string[], EdgeError>>;
  /** With all its tags. False: the registry deletes nothing. */
  deleteManifest(digest: string): Promise<Result<boolean, EdgeError>>;
}

const accepted = { accept: manifestTypes.join(", ") };

export function registryOf(http: RegistryHttp, path: string): Registry {
  const root = `/v2/${path}`;
  const pull = [`repository:${path}:pull`];
  const push = [`repository:${path}:pull,push`];
  const named = (reference: string) =>
    `${http.host}/${path}${reference.startsWith("sha256:") ? "@" : ":"}${reference}`;
  const readAction = (reference: string) => `read the image ${named(reference)}`;

  const manifest: Registry["manifest"] = async (reference, signal) => {
    const answer = await http.send({
      action: readAction(reference),
      method: "GET",
      path: `${root}/manifests/${reference}`,
      headers: accepted,
      scopes: pull,
      accept: [404],
      signal,
    });
    if (!answer.ok) return answer;
    if (answer.value.status === 404) return ok(undefined);
    const { body, headers } = answer.value;
    const digest = digestOf(body);
    const stated = headers.get("docker-content-digest");
    const asked = reference.startsWith("sha256:") ? reference : (stated ?? digest);
    if (asked !== digest) return err(corrupt(readAction(reference), asked, digest));
    return ok({ digest, mediaType: mediaTypeOf(headers), content: body });
  };

  return {
    manifest,
    async head(reference, signal) {
      const answer = await http.send({
        action: `look for the image ${named(reference)}`,
        method: "HEAD",
        path: `${root}/manifests/${reference}`,
        headers: accepted,
        scopes: pull,
        accept: [404],
        signal,
      });
      if (!answer.ok) return answer;
      if (answer.value.status === 404) return ok(undefined);
      const stated = answer.value.headers.get("docker-content-digest");
      if (stated !== null && /^sha256:[0-9a-f]{64}$/.test(stated)) return ok(stated);
      // The header is optional.
      const read = await manifest(reference, signal);
      return read.ok ? ok(read.value?.digest) : read;
    },
    async putManifest({ content, mediaType }, reference, signal) {
      const answer = await http.send({
        action: `write the image ${named(reference)}`,
        method: "PUT",
        path: `${root}/manifests/${reference}`,
        headers: { "content-type": mediaType },
        scopes: push,
        body: content,
        signal,
      });
      return answer.ok ? ok(undefined) : answer;
    },
    async hasBlob(digest, signal) {
      const answer = await http.send({
        action: `look for ${named(digest)}`,
        method: "HEAD",
        path: `${root}/blobs/${digest}`,
        scopes: push,
        accept: [404],
        signal,
      });
      return answer.ok ? ok(answer.value.status !== 404) : answer;
    },
    async readBlob(digest, signal) {
      const action = `read ${named(digest)}`;
      const path = `${root}/blobs/${digest}`;
      const answer = await http.send({ action, method: "GET", path, scopes: pull, signal });
      if (!answer.ok) return answer;
      const found = digestOf(answer.value.body);
      return found === digest ? ok(answer.value.body) : err(corrupt(action, digest, found));
    },
    openBlob: (digest, signal) =>
      http.download({
        action: `read ${named(digest)}`,
        method: "GET",
        path: `${root}/blobs/${digest}`,
        scopes: pull,
        signal,
      }),
    async mount(digest, fromPath, signal) {
      const answer = await http.send({
        action: `take ${digest} over from ${http.host}/${fromPath}`,
        method: "POST",
        path: `${root}/blobs/uploads/?mount=${digest}&from=${encodeURIComponent(fromPath)}`,
        scopes: [...push, `repository:${fromPath}:pull`],
        signal,
      });
      if (!answer.ok) return answer;
      if (answer.value.status === 201) return ok(true);
      await abandon(http, answer.value.headers.get("location"), push);
      return ok(false);
    },
    upload: (blob, content, signal) => upload(http, root, push, { blob, content, signal }),
    async tags(signal) {
      const tags: string[] = [];
      let page: string | undefined = `${root}/tags/list?n=1000`;
      while (page !== undefined) {
        const answer = await http.send({
          action: `list the tags of ${http.host}/${path}`,
          method: "GET",
          path: page,
          scopes: pull,
          // A repository that nothing was pushed to doesn't exist in most registries.
          accept: [404],
          signal,
        });
        if (!answer.ok) return answer;
        if (answer.value.status === 404) return ok(tags);
        tags.push(...readTags(answer.value.body));
        page = nextPage(answer.value.headers.get("link"));
      }
      return ok(tags);
    },
    async deleteManifest(digest) {
      const answer = await http.send({
        action: `delete the image ${named(digest)}`,
        method: "DELETE",
        path: `${root}/manifests/${digest}`,
        scopes: [`repository:${path}:pull,delete`],
        accept: [404, 405],
      });
      return answer.ok ? ok(answer.value.status !== 405) : answer;
    },
  };
}

function mediaTypeOf(headers: Headers): string {
  return (headers.get("content-type") ?? "").split(";")[0]?.trim() ?? "";
}

function readTags(body: Buffer): string[] {
  try {
    const { tags } = JSON.parse(body.toString("utf8")) as { readonly tags?: unknown };
    return Array.isArray(tags) ? tags.filter((tag): tag is string => typeof tag === "string") : [];
  } catch {
    return [];
  }
}

/** The address of `<…>; rel="next"`. */
function nextPage(link: string | null): string | undefined {
  return /<([^<>]+)>\s*;[^,<]*rel="?next"?/.exec(link ?? "")?.[1];
}
