import { projectName } from "../../core/ids.ts";
import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Garbage } from "../../platform/roles/garbage.ts";
import { readTriggers } from "../bucket/triggers.ts";
import { noteOf, settleData } from "../deploy/data-rules.ts";
import { bucketRule } from "../resources/data-rule.ts";
import { deployedRelease } from "../releases/kept.ts";
import type { Session } from "../deploy/session.ts";

/**
 * Notes of projects that wait for no objects of a bucket any more: a deploy or a removal died
 * before it could take them away. The rule goes with the last of them.
 */
export async function collectRules(
  session: Session,
  dryRun: boolean,
): Promise<Result<readonly Garbage[], PlatformError>> {
  const notes = await readTriggers(session.store);
  if (!notes.ok) return notes;
  const garbage: Garbage[] = [];
  for (const project of new Set(notes.value.map((note) => note.project))) {
    const deployed = await deployedRelease(session, projectName(project));
    if (!deployed.ok) return deployed;
    const wanted = deployed.value && noteOf(deployed.value.release);
    const stale = notes.value.filter(
      (note) => note.project === project && note.bucket !== wanted?.bucket,
    );
    if (stale.length === 0) continue;
    garbage.push(
      ...stale.map(({ bucket }): Garbage => ({
        project,
        kind: "rule",
        name: `${bucketRule(session.context, bucket, []).name} (${bucket})`,
      })),
    );
    const settled = dryRun ? ok(undefined) : await settleData(session, project, wanted);
    if (!settled.ok) return settled;
  }
  return ok(garbage);
}
