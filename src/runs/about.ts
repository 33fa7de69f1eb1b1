import type { NotificationAbout } from "./model.ts";

/** What a message that is about no run is about. */
export function aboutNoRun(
  kind: "watch" | "test" | "backfill",
  environment: string,
  project: string | undefined,
): NotificationAbout {
  return {
    kind,
    workspace: null,
    environment,
    project: project ?? null,
    version: null,
    run: null,
    status: null,
    startedAt: null,
    endedAt: null,
    step: null,
    diagnosis: null,
  };
}
