import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { BucketStore } from "./store.ts";

/** A document with the version of the object it was read from. */
export interface Stored<Document> {
  readonly document: Document;
  readonly version: string;
  readonly modifiedAt: number;
}

/**
 * Reads a JSON document of schema 1. What was written by a later Esteira, or isn't what it should
 * be, is an error that names the object: nothing is made of half a document.
 */
export async function readDocument<Document extends { readonly schema: 1 }>(
  store: BucketStore,
  key: string,
): Promise<Result<Stored<Document> | undefined, PlatformError>> {
  const found = await store.get(key);
  if (!found.ok) return found;
  if (found.value === undefined) return ok(undefined);
  const { text, version, modifiedAt } = found.value;
  const document = parsed(text);
  const resource = `s3://${store.location.bucket}/${store.location.documents}${key}`;
  if (document === undefined) {
    return err({
      reason: "corrupt",
      message: `${resource} is not a document of Esteira`,
      help: "restore an earlier version of the object; the bucket keeps them",
      resource,
    });
  }
  if (document["schema"] !== 1) {
    return err({
      reason: "refused",
      message: `${resource} has schema ${JSON.stringify(document["schema"])}, this Esteira knows schema 1`,
      help: "use the Esteira that wrote it, or a later one",
      resource,
    });
  }
  return ok({ document: document as unknown as Document, version, modifiedAt });
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isJsonObject(value) && "schema" in value ? value : undefined;
  } catch {
    return undefined;
  }
}
