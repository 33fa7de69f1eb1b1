import { ok, type Result } from "../../core/result.ts";
import { unreachable } from "../../core/unreachable.ts";
import type { PlatformError } from "../../platform/port.ts";
import { followInput } from "../../runs/follow.ts";
import type { RunInput } from "../../runs/model.ts";
import {
  type AfterMatch,
  type AfterRule,
  countInRound,
  decide,
  followingRun,
  keyOf,
  nextRound,
  type Round,
  roundKey,
  type Success,
} from "../../schedule/after.ts";
import {
  countSuccess,
  followersOf,
  isStarted,
  noteStarted,
  readRound,
  writeRound,
} from "../bucket/followed.ts";
import type { BucketStore } from "../bucket/store.ts";

/** A deployed project that follows others. */
export interface Follower {
  readonly after: AfterRule;
  /** IANA name: its days are those of this zone. */
  readonly timezone: string;
  /** Why it isn't started; undefined where it is. */
  readonly disabled: string | undefined;
}

/** What following needs of the world. */
export interface FollowPort {
  readonly store: BucketStore;
  /** Undefined where it isn't deployed, or follows nothing any more. */
  follower(project: string): Promise<Result<Follower | undefined, PlatformError>>;
  /**
   * Starts a run of this name with this input. A run of the name that there is, or was, is as good.
   */
  start(project: string, run: string, input: RunInput): Promise<Result<void, PlatformError>>;
}

/** A success, and whether it may start anything: one of a backfill counts, and starts nothing. */
export interface Following {
  readonly success: Success;
  readonly starts: boolean;
}

/**
 * Starts what follows a run that has succeeded. It may be done again at any time, by several at
 * once, and may end anywhere: what counts is written once, and a run is started by the name and
 * with the input that follow from that.
 *
 * @returns a line for each follower
 */
export async function followSuccess(
  port: FollowPort,
  following: Following,
): Promise<Result<readonly string[], PlatformError>> {
  const { project } = following.success;
  const names = await followersOf(port.store, project);
  if (!names.ok) return names;
  const lines: string[] = [];
  let failure: PlatformError | undefined;
  for (const name of names.value) {
    const follower = await port.follower(name);
    const followed =
      follower.ok && follower.value?.after.projects.includes(project) === true
        ? await followOne(port, name, follower.value, following)
        : follower;
    // One that can't be started keeps no other from it.
    if (!followed.ok) failure ??= followed.error;
    else if (typeof followed.value === "string") lines.push(`${name}: ${followed.value}`);
  }
  return failure === undefined ? ok(lines) : { ok: false, error: failure };
}

function followOne(
  port: FollowPort,
  name: string,
  follower: Follower,
  following: Following,
): Promise<Result<string, PlatformError>> {
  const { match } = follower.after;
  switch (match) {
    case "day":
    case "time":
      return followKey(port, name, { ...follower, match }, following);
    case "any":
      return followRound(port, name, follower, following);
    default:
      return unreachable(match);
  }
}

async function followKey(
  port: FollowPort,
  name: string,
  { after, timezone, disabled, match }: Follower & { readonly match: Exclude<AfterMatch, "any"> },
  { success, starts }: Following,
): Promise<Result<string, PlatformError>> {
  const key = keyOf(success, match, timezone);
  const { store } = port;
  if (key === undefined) return ok(`${success.run} has no scheduled time and counts for nothing`);
  const run = followingRun(name, key);
  const started = await isStarted(store, name, key);
  if (!started.ok) return started;
  if (started.value) return ok(`${run} was started before, ${success.run} starts nothing`);
  const counted = await countSuccess(store, name, key, success);
  if (!counted.ok) return counted;
  const decision = decide(after, counted.value);
  if (decision.kind === "wait") return ok(waits(decision.for));
  const not = notStarted(disabled, starts);
  if (not !== undefined) return ok(not);
  const begun = await port.start(name, run, followInput(decision));
  if (!begun.ok) return begun;
  const noted = await noteStarted(store, name, key, run);
  return noted.ok ? ok(`started ${run}`) : noted;
}

async function followRound(
  port: FollowPort,
  name: string,
  { after, disabled }: Follower,
  { success, starts }: Following,
): Promise<Result<string, PlatformError>> {
  // What came before it is enabled again would start it with old data then.
  const not = notStarted(disabled, starts);
  if (not !== undefined) return ok(not);
  const { store } = port;
  for (;;) {
    const read = await readRound(store, name);
    if (!read.ok) return read;
    const { round: before, version } = read.value;
    const round = countInRound(before, success);
    const decision = decide(after, new Map(Object.entries(round.counted)));
    const said = decision.kind === "wait" ? waits(decision.for) : undefined;
    if (round === before && said !== undefined) return ok(said);
    // What counts is written down before anything is started by it: the input follows from that.
    if (round !== before) {
      const written = await writeRound(store, name, round, version);
      if (!written.ok) return written;
      if (said !== undefined && written.value) return ok(said);
      continue;
    }
    if (decision.kind === "wait") continue;
    const run = followingRun(name, roundKey(round));
    const begun = await port.start(name, run, followInput(decision));
    if (!begun.ok) return begun;
    const next: Round = nextRound(round);
    const written = await writeRound(store, name, next, version);
    if (!written.ok) return written;
    // A call of before died between start and note: this success is the next round's.
    if (round.counted[success.project]?.run !== success.run) continue;
    return ok(`started ${run}`);
  }
}

function waits(projects: readonly string[]): string {
  return `waits for ${projects.join(", ")}`;
}

function notStarted(disabled: string | undefined, starts: boolean): string | undefined {
  return starts ? disabled : "not started: runs of a backfill start nothing by themselves";
}
