import type { AuditRecord, ReleaseRecord } from "../../platform/records.ts";
import type { RunSummary } from "../../runs/model.ts";
import type { DocumentOf } from "../documents/documents.ts";

/** Something that happened to a project's model. */
export type ModelEvent = {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly actor: string;
} & (
  | {
      readonly kind: "moved";
      /** As the audit trail has it: `recsys 4 to Production, in place of 3`. */
      readonly what: string;
    }
  | {
      readonly kind: "deployed";
      /** What runs of the release have in `ESTEIRA_MODEL_URI`; empty: no version. */
      readonly uri: string;
      readonly release: string;
      readonly current: boolean;
      /** Runs of the release that are known, and the last of them. */
      readonly runs: number;
      readonly lastRun: string | undefined;
    }
);

/**
 * What became of a project's model, the newest first: where versions were put, and which release
 * and runs used them. The registry itself keeps none of it.
 *
 * @param runs the newest first
 */
export function modelHistory(
  audit: readonly AuditRecord[],
  releases: readonly ReleaseRecord[],
  runs: readonly RunSummary[],
): readonly ModelEvent[] {
  const moved = audit
    .filter(({ action, outcome }) => action === "promote-model" && outcome !== "failed")
    .map(({ at, actor, subject = "" }): ModelEvent => ({
      kind: "moved",
      at,
      actor,
      what: subject,
    }));
  const deployed = releases.map(({ document, current }): ModelEvent => {
    const { deployedAt: at, actor, fingerprint, decided } = document;
    const own = runs.filter(({ release }) => release === fingerprint);
    return {
      kind: "deployed",
      at,
      actor,
      uri: decided["model_uri"] ?? "",
      release: fingerprint,
      current,
      runs: own.length,
      lastRun: own[0]?.run,
    };
  });
  return [...moved, ...deployed].toSorted((a, b) => b.at - a.at);
}

/** The same, as `--json` gives it. */
export function modelHistoryDocument(
  environment: string,
  project: string,
  events: readonly ModelEvent[],
): DocumentOf<"model-history"> {
  return { environment, project, events };
}
