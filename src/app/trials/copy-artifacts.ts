import { mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";

import { mapConcurrently } from "../../core/concurrency.ts";
import { ok, type Result } from "../../core/result.ts";
import type { ArtifactsOf, ArtifactStore } from "../../platform/roles/artifacts.ts";
import { staysInside } from "../../runs/outputs-manifest.ts";
import { failed, fromPlatform, type Failure } from "../failure.ts";

const mostFiles = 100_000;

/**
 * Brings a run's artifacts, as they are kept, into a folder: for a step that is tried here on what
 * ran elsewhere. Checkpoints are the run's that wrote them, and stay there.
 */
export async function copyArtifacts(
  store: ArtifactStore,
  of: ArtifactsOf,
  folder: string,
): Promise<Result<number, Failure>> {
  const listed = await store.list(of, mostFiles);
  if (!listed.ok) return failed(fromPlatform(listed.error));
  const keys = listed.value
    .map(({ key }) => key)
    .filter((key) => staysInside(key) && !key.startsWith("_checkpoints/"));
  const copied = await mapConcurrently(keys, 8, async (key) => {
    const content = await store.read(of, key);
    if (!content.ok) return content;
    const target = join(folder, key);
    await mkdir(dirname(target), { recursive: true });
    await using handle = await open(target, "w");
    for await (const piece of content.value ?? []) await handle.writeFile(piece);
    return ok(undefined);
  });
  for (const one of copied) if (!one.ok) return failed(fromPlatform(one.error));
  return ok(keys.length);
}
