import { ok, type Result } from "../../../core/result.ts";
import type { PromoteModel } from "../../../platform/models.ts";
import type { Plan } from "../../../platform/plan.ts";
import type { Platform } from "../../../platform/port.ts";
import type { FingerprintedRelease } from "../../../release/release.ts";
import type { CliContext } from "../../terminal/context.ts";
import { exitCodes, type Exit } from "../../../app/exit-codes.ts";
import { failed, fromPlatform, type Failure } from "../../../app/failure.ts";
import { interruptible } from "../../terminal/interrupt.ts";
import { liveOn, ticking } from "../../terminal/live.ts";
import { reportDeploy } from "./report-deploy.ts";
import {
  advance,
  renderApplied,
  renderEvent,
  renderProgress,
  type Progress,
} from "../../render/apply.ts";
import { renderReplanned } from "../../render/plan.ts";
import { widthOf } from "../../render/text.ts";
import { surroundingsOf } from "../../terminal/surroundings.ts";
import { appliedDocument } from "../../../app/deploy/applied-document.ts";
import { printJson } from "../../terminal/json-output.ts";

export interface ApplyWords {
  /** `deployed`, `removed` */
  readonly changed: string;
  /** `nothing to change` */
  readonly unchanged: string;
  /** `deployed to`, `removed from` */
  readonly sum: string;
  /** Absent: `project`. */
  readonly noun?: string;
}

/** Beyond so many, what each step of each project does is more than anybody reads. */
const manyProjects = 8;

/**
 * Applies a plan, shows it as it goes, and ends with the sum. Ctrl-C stops between two changes, a
 * second one at once.
 */
export async function applyPlan(
  context: CliContext,
  platform: Pick<Platform, "apply" | "actor">,
  plan: Plan,
  releases: readonly FingerprintedRelease[],
  options: {
    readonly json: boolean;
    /** Show everything that tools print, not only when they fail. */
    readonly verbose: boolean;
    readonly words: ApplyWords;
    /** Where a plan may promote models. */
    readonly promote?: PromoteModel;
    /** Report it to a workflow: its table in the job's summary, failures as annotations. */
    readonly report?: boolean;
  },
): Promise<Result<Exit, Failure>> {
  const { out, errors } = context;
  const { json, verbose, words } = options;
  const begin = context.clock.now();
  const names = Math.max(0, ...plan.projects.map(({ project }) => widthOf(project)));
  const live = liveOn(out);
  const many = plan.projects.length > manyProjects;
  let progress: Progress = new Map();
  const abort = new AbortController();
  using _interrupts = interruptible(context, {
    first: () => {
      const notice = "Stopping after the change under way. Ctrl-C again leaves at once.";
      if (out.live) live.print([out.style.yellow(notice)]);
      else errors.line(errors.style.yellow(notice));
      abort.abort();
    },
    second: () => {
      live.clear();
      context.leave(exitCodes.interrupted.code);
    },
  });
  const ticks = json
    ? undefined
    : ticking(out, (frame) => {
        const now = context.clock.now();
        live.draw(renderProgress(progress, { style: out.style, width: out.width(), now, frame }));
      });
  let current = plan;
  const applied = await platform.apply(plan, releases, {
    actor: platform.actor ?? context.actor,
    signal: abort.signal,
    ...(options.promote === undefined ? {} : { promote: options.promote }),
    replanned: (now) => {
      current = now;
      if (!json) live.print(renderReplanned(now, surroundingsOf(context)));
    },
    listener: (event) => {
      progress = advance(progress, event, context.clock.now());
      if (json) return;
      const line = renderEvent(event, names, out.style, {
        ...words,
        steps: !out.live && !many,
        many,
        verbose,
      });
      if (line !== undefined) live.print([line]);
    },
  });
  ticks?.[Symbol.dispose]();
  live.clear();
  if (!applied.ok) return failed(fromPlatform(applied.error));
  const tookMs = context.clock.now() - begin;
  if (json) {
    const durations = new Map(
      [...progress].map(([project, { finished }]) => [project, finished?.durationMs ?? 0]),
    );
    printJson(context, "applied", appliedDocument(current, applied.value, durations, tookMs));
  } else {
    out.lines(
      renderApplied(applied.value, progress, {
        style: out.style,
        width: out.width(),
        environment: current.environment,
        tookMs,
        withOutput: !verbose,
        verb: words.sum,
        noun: words.noun ?? "project",
      }),
    );
  }
  if (options.report === true) {
    await reportDeploy(context, {
      plan: current,
      releases,
      summary: applied.value,
      progress,
      tookMs,
      json,
    });
  }
  if (abort.signal.aborted) return ok("interrupted");
  return ok(applied.value.projects.some(({ outcome }) => outcome === "failed") ? "failed" : "ok");
}
