import { canonicalJson, fingerprintOf } from "../../core/json.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { readDocument, type Stored } from "../bucket/document.ts";
import { keys } from "../bucket/location.ts";
import { bucketStore } from "../bucket/store.ts";
import type { AwsContext } from "../sdk/context.ts";
import { generationOf, type MadeSteps } from "./generations.ts";
import type { BaseStep } from "./step.ts";

/**
 * `base.json`: what bootstrap has made, written after it. Deploys read this one object instead of
 * asking six services; it holds what only AWS could say, and which steps were done, each with a
 * hash of how it should be.
 */
export interface BaseDocument extends MadeSteps {
  readonly schema: 1;
  readonly workspace: string;
  readonly environment: string;
  readonly vpcId: string;
  readonly securityGroupId: string;
  readonly writtenAt: number;
  readonly actor: string;
}

/** Undefined when bootstrap has never come to its end, or the bucket isn't there either. */
export async function readBaseDocument(
  context: AwsContext,
): Promise<Result<Stored<BaseDocument> | "no-bucket" | undefined, PlatformError>> {
  const store = bucketStore(context);
  const found = await readDocument<BaseDocument>(store, keys.base);
  if (found.ok) return found;
  // An absent object is not an error, so it is the bucket. One that a person named has to be there.
  if (store.location.own && found.error.reason === "not-found") return ok("no-bucket");
  return err(found.error);
}

export async function writeBaseDocument(
  context: AwsContext,
  document: BaseDocument,
): Promise<Result<void, PlatformError>> {
  const written = await bucketStore(context).put(keys.base, JSON.stringify(document));
  return written.ok ? ok(undefined) : written;
}

export function stepHashes(steps: readonly BaseStep[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    steps.map(({ id, name, desired }) => [id, fingerprintOf({ name, desired }).slice(0, 16)]),
  );
}

/** True when it says the same; when it was written and by whom means nothing. */
export function sameBase(a: BaseDocument, b: BaseDocument): boolean {
  const essence = (document: BaseDocument) => {
    const { workspace, environment, vpcId, securityGroupId, steps } = document;
    const generation = generationOf(document);
    return canonicalJson({ generation, workspace, environment, vpcId, securityGroupId, steps });
  };
  return essence(a) === essence(b);
}
