import { mapConcurrently } from "../core/concurrency.ts";
import type { EdgeError } from "../core/edge-error.ts";
import { ok, type Result } from "../core/result.ts";
import {
  chosenParts,
  inOrder,
  partName,
  type ReadPart,
  type ReportPart,
} from "../runs/report/parts.ts";
import { leftFiles } from "./left-files.ts";
import type { ArtifactsOf, ArtifactStore } from "./roles/artifacts.ts";

const atATime = 8;

/**
 * What the steps of a run have added to its report, in the order of reading, with the content of
 * what fits into a page.
 *
 * @param steps ids in the author's order
 */
export async function reportParts(
  store: ArtifactStore,
  of: ArtifactsOf,
  steps: readonly string[],
): Promise<Result<readonly ReadPart[], EdgeError>> {
  const left = await leftFiles(store, of, undefined);
  if (!left.ok) return left;
  const parts = left.value.files.flatMap((file): ReportPart[] => {
    const name = partName(file.key);
    const { step, item, key, size } = file;
    return name === undefined ? [] : [{ step, item, name, key, size }];
  });
  const ordered = inOrder(parts, steps);
  const chosen = chosenParts(ordered);
  const read = await mapConcurrently(
    ordered,
    atATime,
    async (part): Promise<Result<ReadPart, EdgeError>> => {
      if (!chosen.has(part)) return ok({ ...part, content: undefined });
      const found = await store.read(of, part.key);
      if (!found.ok) return found;
      // It may have been replaced since it was listed.
      if (found.value === undefined) return ok({ ...part, content: undefined });
      const pieces: Uint8Array[] = [];
      for await (const piece of found.value) pieces.push(piece);
      return ok({ ...part, content: Buffer.concat(pieces) });
    },
  );
  const all: ReadPart[] = [];
  for (const one of read) {
    if (!one.ok) return one;
    all.push(one.value);
  }
  return ok(all);
}
