import type { Plan } from "../../../platform/plan.ts";
import type { ApplySummary } from "../../../platform/port.ts";
import type { FingerprintedRelease } from "../../../release/release.ts";
import type { CliContext } from "../../terminal/context.ts";
import { annotate } from "../../terminal/diagnostics.ts";
import { addToJobSummary } from "../../terminal/job-summary.ts";
import type { Progress } from "../../render/apply.ts";
import { deployMarkdown } from "../../render/deploy-markdown.ts";

/**
 * Reports to the workflow that a deploy runs in how it went: the table in the job's summary, what
 * failed as annotations.
 */
export async function reportDeploy(
  context: CliContext,
  deploy: {
    readonly plan: Plan;
    readonly releases: readonly FingerprintedRelease[];
    readonly summary: ApplySummary;
    readonly progress: Progress;
    readonly tookMs: number;
    /** Stdout is a document for a program, and annotations have no place in it. */
    readonly json: boolean;
  },
): Promise<void> {
  const { plan, releases, summary, progress, tookMs } = deploy;
  const versions = new Map<string, string>(
    releases.map(({ release }) => [release.project, release.version]),
  );
  await addToJobSummary(context, deployMarkdown(plan, summary, { versions, progress, tookMs }));
  if (deploy.json) return;
  const folders = new Map<string, string>(
    releases.map(({ release }) => [release.project, release.image.context]),
  );
  annotate(
    context,
    summary.projects.flatMap(({ project, error }) => {
      if (error === undefined) return [];
      const folder = folders.get(project);
      return [
        {
          code: `deploy of ${project}`,
          severity: "error" as const,
          message: error.message,
          ...(error.help === undefined ? {} : { help: error.help }),
          ...(folder === undefined ? {} : { location: { file: `${folder}/config.yaml` } }),
        },
      ];
    }),
  );
}
