import type { ReleaseRecord } from "../../platform/records.ts";
import type { DocumentOf } from "../documents/documents.ts";

/** What was deployed of a project, as `--json` gives it. */
export function releasesDocument(
  environment: string,
  project: string,
  releases: readonly ReleaseRecord[],
): DocumentOf<"releases"> {
  return {
    environment,
    project,
    releases: releases.map(({ document, current, rejected }) => ({
      version: document.release.version,
      fingerprint: document.fingerprint,
      current,
      rejected,
      deployedAt: document.deployedAt,
      actor: document.actor,
      commit: document.commit,
      decided: document.decided,
    })),
  };
}
