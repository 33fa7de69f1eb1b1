import {
  fingerprint as asFingerprint,
  type Fingerprint,
  type ProjectName,
  projectName,
} from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Release } from "../../release/release.ts";
import { readDocument } from "./document.ts";
import { keys } from "./location.ts";
import { listAll, type BucketStore } from "./store.ts";

/** A release that was deployed, with what its deploy decided: enough to restore it exactly. */
export interface ReleaseDocument {
  readonly schema: 1;
  readonly release: Release;
  readonly fingerprint: Fingerprint;
  /** Hash of what its author wrote. Absent: it was deployed before that was kept. */
  readonly authored?: string;
  /** Milliseconds since the epoch, of its latest deploy. */
  readonly deployedAt: number;
  readonly actor: string;
  readonly commit?: string;
  /** Image by digest, task definition by revision, AMI, model version, … */
  readonly decided: Readonly<Record<string, string>>;
}

/** A release that is kept, without its content. */
export interface KeptRelease {
  readonly fingerprint: Fingerprint;
  /** Of its latest deploy, by S3's clock, milliseconds since the epoch. */
  readonly storedAt: number;
}

/** Writes it down, in place of an earlier deploy of the same release. */
export async function putRelease(
  store: BucketStore,
  document: ReleaseDocument,
): Promise<Result<void, PlatformError>> {
  const key = keys.release(document.release.project, document.fingerprint);
  const written = await store.put(key, JSON.stringify(document));
  return written.ok ? ok(undefined) : written;
}

/** Undefined when no such release of the project was deployed, or it is no longer kept. */
export async function getRelease(
  store: BucketStore,
  project: string,
  fingerprint: string,
): Promise<Result<ReleaseDocument | undefined, PlatformError>> {
  const found = await readDocument<ReleaseDocument>(store, keys.release(project, fingerprint));
  return found.ok ? ok(found.value?.document) : found;
}

/** Newest first. */
export async function listReleases(
  store: BucketStore,
  project: string,
): Promise<Result<readonly KeptRelease[], PlatformError>> {
  const prefix = keys.releases(project);
  const listed = await listAll(store, prefix);
  if (!listed.ok) return listed;
  const kept = listed.value.map(({ key, modifiedAt }) => ({
    fingerprint: asFingerprint(key.slice(prefix.length).replace(/\.json$/, "")),
    storedAt: modifiedAt,
  }));
  return ok(kept.toSorted((a, b) => b.storedAt - a.storedAt));
}

/** Projects of which there is a release, in the order of their names. */
export async function rememberedProjects(
  store: BucketStore,
): Promise<Result<readonly ProjectName[], PlatformError>> {
  const listed = await listAll(store, keys.allReleases);
  if (!listed.ok) return listed;
  const names = listed.value.map(({ key }) => key.slice(keys.allReleases.length).split("/")[0]);
  return ok([...new Set(names)].map((name = "") => projectName(name)));
}

/** Forgets a release: it can't be restored any more. */
export function removeRelease(
  store: BucketStore,
  project: string,
  fingerprint: string,
): Promise<Result<void, PlatformError>> {
  return store.remove(keys.release(project, fingerprint));
}
