import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

import type { Diagnostic } from "../../../core/diagnostic.ts";
import { ok, type Result } from "../../../core/result.ts";
import { mostCharacters, putComment } from "../../../governance/comment.ts";
import { pullRequestRun } from "../../../governance/github-run.ts";
import type { Plan } from "../../../platform/plan.ts";
import type { ActionOf } from "../definition.ts";
import type { CliContext } from "../../terminal/context.ts";
import { annotate } from "../../terminal/diagnostics.ts";
import { failed, fromPlatform, notFound, usage, type Failure } from "../../../app/failure.ts";
import { commentDocument } from "../../../app/ci/comment-document.ts";
import { githubEvent } from "../../../app/ci/github-event.ts";
import { githubOf, repositoryNameOf } from "../../../app/ci/github.ts";
import { addToJobSummary } from "../../terminal/job-summary.ts";
import { printJson } from "../../terminal/json-output.ts";
import { renderDiagnostics } from "../../render/diagnostics.ts";
import { noPlanMarkdown, planMarkdown } from "../../render/plan-markdown.ts";
import type { ciCommentCommand } from "./ci-comment-command.ts";
import { openWorkspace } from "../../../app/workspace.ts";

export const comment: ActionOf<typeof ciCommentCommand> = async (context, flags, file) => {
  const opened = await openWorkspace(context, "local");
  if (!opened.ok) return opened;
  const text = await readText(context, file);
  if (!text.ok) return text;
  const marker = `<!-- esteira:plan:${opened.value.workspace.name} -->`;
  const foot = footOf(context);
  const most = mostCharacters - marker.length - foot.length - 10;
  const environment = context.environment["ENV"] || "the target environment";
  const markdown = markdownOf(text.value, environment, most);
  await addToJobSummary(context, markdown);

  const run = pullRequestRun(context.environment, await githubEvent(context));
  const number = flags.pr ?? run?.number;
  if (number === undefined) {
    return usage(
      "it isn't known which pull request to comment on",
      "Name it: --pr NUMBER. In a workflow it is the one that the event is about.",
    );
  }
  const repository = await repositoryNameOf(context, flags.repo);
  if (!repository.ok) return repository;
  const github = githubOf(context);
  if (!github.ok) return github;
  const body = [marker, markdown, "", foot].join("\n");
  const put = await putComment(github.value, repository.value, { number, marker, body });
  if (!put.ok) return failed(fromPlatform(put.error));
  const { url, updated } = put.value;
  const refusals = refusalsIn(text.value);
  if (flags.json) {
    const refused = refusals.map(({ project }) => project);
    printJson(context, "comment", commentDocument(put.value, refused));
  } else {
    const { style } = context.out;
    context.out.line(`${style.green("✓")} ${updated ? "updated" : "made"} ${url}`);
    for (const { project, message } of refusals) {
      context.out.line(style.red(`✗ ${project} could not be deployed: ${message}`));
    }
    annotate(context, refusals.map(asDiagnostic));
  }
  return ok(refusals.length === 0 ? "ok" : "failed");
};

interface RefusedProject {
  readonly project: string;
  readonly message: string;
  readonly help: string | undefined;
}

/** Projects whose deploy would fail: the plan can be shown, and must not be merged. */
function refusalsIn(text: string): readonly RefusedProject[] {
  return (parsed(text)?.projects ?? []).flatMap(({ project, blocked }) =>
    blocked === undefined ? [] : [{ project, message: blocked.message, help: blocked.help }],
  );
}

function asDiagnostic({ project, message, help }: RefusedProject): Diagnostic {
  return {
    code: `plan of ${project}`,
    severity: "error",
    message,
    ...(help === undefined ? {} : { help }),
  };
}

async function readText(context: CliContext, file: string): Promise<Result<string, Failure>> {
  try {
    return ok(await readFile(resolve(context.cwd, file), "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return notFound(
      `there is no file ${file}`,
      `\`esteira plan -e ENV --json > ${file}\` writes one.`,
    );
  }
}

interface Reason {
  readonly message: string;
  readonly help: string | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** What `plan --json` gave: a plan, why there is none, or nothing because it broke off. */
function markdownOf(text: string, environment: string, most: number): string {
  const document = parsed(text);
  if (document?.projects !== undefined) return planMarkdown(document as Plan, most);
  const error = document?.error;
  const details = error?.diagnostics ?? [];
  const shown =
    details.length === 0
      ? ""
      : renderDiagnostics(details.slice(0, 20), { color: false, width: 110 });
  return noPlanMarkdown({
    environment,
    message: error?.message ?? "the plan broke off before it said anything; the job's log has more",
    help: error?.help ?? undefined,
    details:
      shown === ""
        ? []
        : shown
            .slice(0, most - 4000)
            .trimEnd()
            .split("\n"),
  });
}

function parsed(
  text: string,
): { readonly projects?: Plan["projects"]; readonly error?: Reason } | undefined {
  try {
    // Our documents have null for what is absent.
    const value: unknown = JSON.parse(text, (_key, field: unknown) => field ?? undefined);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Which run of which workflow said it. */
function footOf({ environment }: CliContext): string {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_SHA } = environment;
  const commit = GITHUB_SHA ? `Of the merge ${GITHUB_SHA.slice(0, 7)}` : "Of a working copy";
  const job =
    GITHUB_SERVER_URL && GITHUB_REPOSITORY && GITHUB_RUN_ID
      ? `, by [this run](${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID})`
      : "";
  return `<sub>${commit}${job}. The next push replaces this.</sub>`;
}
