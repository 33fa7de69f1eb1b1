import { runId } from "../../../core/ids.ts";
import { ok, type Result } from "../../../core/result.ts";
import type { LogFilter, Platform } from "../../../platform/port.ts";
import type { RunView } from "../../../runs/model.ts";
import { unreachable } from "../../../core/unreachable.ts";
import { failed, fromPlatform, type Failure } from "../../../app/failure.ts";
import {
  runEventDocument,
  runLogDocument,
  runWaitingDocument,
} from "../../../app/runs/feed-documents.ts";
import { runFeed } from "../../../app/runs/run-feed.ts";
import type { CliContext } from "../../terminal/context.ts";
import { printJson } from "../../terminal/json-output.ts";
import type { Live } from "../../terminal/live.ts";
import { terminalListener, type FollowListener } from "./follow-terminal.ts";

export interface FollowOptions {
  readonly json: boolean;
  readonly filter: LogFilter;
  /** Changes of state between the lines, and at the bottom of a terminal what runs right now. */
  readonly states: boolean;
  /** Continue until the run ends; else only what there is by now. */
  readonly untilEnd: boolean;
  /** Leave when nobody reads any more: for who only shows a run and doesn't drive it. */
  readonly untilReader: boolean;
  /** Where the lines go. */
  readonly live: Live;
  /** What happened before this instant isn't reported again. Milliseconds since the epoch. */
  readonly since: number;
}

/** What was shown of a run. */
export interface Followed {
  /** What its history says. */
  readonly view: RunView;
  /** How many lines of its steps. */
  readonly lines: number;
}

/**
 * Shows a run as it goes. Resolves with what the history says when the run has ended, or when all
 * that there is was shown.
 */
export async function follow(
  context: CliContext,
  platform: Platform,
  run: string,
  options: FollowOptions,
): Promise<Result<Followed, Failure>> {
  const { filter, untilEnd, since, states } = options;
  const id = runId(run);
  const release = await platform.releaseOf(id);
  if (!release.ok) return failed(fromPlatform(release.error));
  const { steps } = release.value;
  const feedOptions = { filter, untilEnd, since, waits: states && untilEnd };
  const listener = options.json
    ? jsonListener(context)
    : terminalListener(context, release.value, options);
  let view: RunView | undefined;
  let lines = 0;
  try {
    for await (const item of runFeed(context.clock, platform, { id, steps }, feedOptions)) {
      if (item.kind === "failure") return failed(item.failure);
      if (item.kind === "end") return ok({ view: item.view, lines });
      if (item.kind === "events") ({ view } = item);
      if (item.kind === "lines") lines += item.lines.length;
      listener.show(item);
      const unread = options.untilReader && context.out.closed() && item.kind === "lines";
      if (unread && view !== undefined) return ok({ view, lines });
    }
  } finally {
    listener.end();
  }
  throw new Error("the feed of a run ended without its last item");
}

/** One JSON document a line: `{schema, type: "event" | "log" | "waiting", …}`. */
function jsonListener(context: CliContext): FollowListener {
  return {
    show: (item) => {
      switch (item.kind) {
        case "events":
          for (const event of item.events) {
            printJson(context, "run-event", runEventDocument(event));
          }
          break;
        case "lines":
          for (const line of item.lines) printJson(context, "run-log", runLogDocument(line));
          break;
        case "waiting":
          printJson(context, "run-waiting", runWaitingDocument(item.diagnosis));
          break;
        default:
          unreachable(item);
      }
    },
    end: () => undefined,
  };
}
