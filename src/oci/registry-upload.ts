import { createHash } from "node:crypto";

import type { EdgeError } from "../core/edge-error.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Descriptor } from "./manifest.ts";
import type { RegistryHttp } from "./registry-http.ts";

interface Upload {
  readonly blob: Descriptor;
  readonly content: ReadableStream<Uint8Array>;
  readonly signal: AbortSignal | undefined;
}

/** Sends a blob in three requests, as Docker does it: begin, send all, name the digest. */
export async function upload(
  http: RegistryHttp,
  root: string,
  scopes: readonly string[],
  { blob, content, signal }: Upload,
): Promise<Result<void, EdgeError>> {
  const action = `send ${blob.digest} to ${http.host}`;
  const begun = await http.send({
    action,
    method: "POST",
    path: `${root}/blobs/uploads/`,
    scopes,
    signal,
  });
  if (!begun.ok) {
    await content.cancel();
    return begun;
  }
  const place = begun.value.headers.get("location");
  if (place === null) {
    await content.cancel();
    return err(noPlace(action));
  }
  const hash = createHash("sha256");
  let size = 0;
  const hashed = content.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        hash.update(piece);
        size += piece.length;
        controller.enqueue(piece);
      },
    }),
  );
  const headers = { "content-type": "application/octet-stream" };
  const sent = await http.upload(
    { action, method: "PATCH", path: place, headers, scopes, signal },
    hashed,
  );
  if (!sent.ok) {
    await abandon(http, place, scopes);
    return sent;
  }
  const next = sent.value.headers.get("location") ?? place;
  const digest = `sha256:${hash.digest("hex")}`;
  if (digest !== blob.digest) {
    await abandon(http, next, scopes);
    return err(corrupt(`${action} (${size} of ${blob.size} bytes)`, blob.digest, digest));
  }
  const finished = await http.send({
    action,
    method: "PUT",
    path: `${next}${next.includes("?") ? "&" : "?"}digest=${encodeURIComponent(digest)}`,
    scopes,
    signal,
  });
  return finished.ok ? ok(undefined) : finished;
}

/**
 * Gives up an upload that has begun. Registries forget those that nobody continues; this is only
 * sooner.
 */
export async function abandon(
  http: RegistryHttp,
  place: string | null,
  scopes: readonly string[],
): Promise<void> {
  if (place === null) return;
  await http.send({
    action: "give up an upload",
    method: "DELETE",
    path: place,
    scopes,
    attempts: 1,
  });
}

function noPlace(action: string): EdgeError {
  return {
    reason: "failed",
    message: `could not ${action}: the registry doesn't say where to`,
    help: "check `registry` of the environment in esteira.yaml",
  };
}

/** Content that came or was sent isn't what its digest says. */
export function corrupt(action: string, asked: string, found: string): EdgeError {
  return {
    reason: "corrupt",
    message: `could not ${action}: the content is that of ${found}, not of ${asked}`,
    help: "run it again; when it stays, something between here and the registry changes content, or the registry's storage is damaged",
  };
}
