import { mapConcurrently } from "../../core/concurrency.ts";
import { all, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { type Counted, firstRound, type Round, type Success } from "../../schedule/after.ts";
import { readDocument } from "./document.ts";
import { keys } from "./location.ts";
import { listAll, type BucketStore } from "./store.ts";

/**
 * Notes that a project follows these, for who sees one of them end. What it follows is said by its
 * release: a note that is left over means nothing.
 */
export async function noteFollower(
  store: BucketStore,
  follower: string,
  projects: readonly string[],
): Promise<Result<void, PlatformError>> {
  const written = await mapConcurrently(projects, 16, (project) =>
    store.put(keys.follower(project, follower), JSON.stringify({ schema: 1 })),
  );
  const done = all(written);
  return done.ok ? ok(undefined) : done;
}

/** The projects that are noted to follow one, by name: one request for up to a thousand. */
export async function followersOf(
  store: BucketStore,
  project: string,
): Promise<Result<readonly string[], PlatformError>> {
  const prefix = keys.followers(project);
  const listed = await listAll(store, prefix);
  if (!listed.ok) return listed;
  return ok(listed.value.map(({ key }) => key.slice(prefix.length).replace(/\.json$/, "")));
}

type Stored<Content> = Content & { readonly schema: 1 };

/**
 * Counts a success for a follower's key: of each project the first one that is written, which
 * nothing changes any more. Gives all that count for the key by then.
 */
export async function countSuccess(
  store: BucketStore,
  follower: string,
  key: string,
  success: Success,
): Promise<Result<Counted, PlatformError>> {
  const prefix = keys.counted(follower, key);
  const text = JSON.stringify({ schema: 1, ...success });
  const put = await store.put(`${prefix}${success.project}.json`, text, { kind: "absent" });
  if (!put.ok) return put;
  const listed = await listAll(store, prefix);
  if (!listed.ok) return listed;
  const read = all(
    await mapConcurrently(listed.value, 16, (item) =>
      readDocument<Stored<Success>>(store, item.key),
    ),
  );
  if (!read.ok) return read;
  return ok(
    new Map(
      read.value.flatMap((found): [string, Success][] => {
        if (found === undefined) return [];
        const { schema: _schema, ...counted } = found.document;
        return [[counted.project, counted]];
      }),
    ),
  );
}

/** The run of a project that counts for a follower's key; undefined where none does yet. */
export async function countedRun(
  store: BucketStore,
  follower: string,
  key: string,
  project: string,
): Promise<Result<string | undefined, PlatformError>> {
  const name = `${keys.counted(follower, key)}${project}.json`;
  const found = await readDocument<Stored<Success>>(store, name);
  return found.ok ? ok(found.value?.document.run) : found;
}

/** Whether the follower's run of a key has been started. */
export async function isStarted(
  store: BucketStore,
  follower: string,
  key: string,
): Promise<Result<boolean, PlatformError>> {
  const found = await store.get(keys.started(follower, key));
  return found.ok ? ok(found.value !== undefined) : found;
}

/** Notes that it has, for longer than AWS remembers names of executions. */
export async function noteStarted(
  store: BucketStore,
  follower: string,
  key: string,
  run: string,
): Promise<Result<void, PlatformError>> {
  const text = JSON.stringify({ schema: 1, run });
  const put = await store.put(keys.started(follower, key), text, { kind: "absent" });
  return put.ok ? ok(undefined) : put;
}

/** The round of a follower with `match: any`, and what to name when it is changed. */
export async function readRound(
  store: BucketStore,
  follower: string,
): Promise<Result<{ readonly round: Round; readonly version: string | undefined }, PlatformError>> {
  const found = await readDocument<Stored<{ readonly round: Round }>>(store, keys.round(follower));
  if (!found.ok) return found;
  return ok({
    round: found.value?.document.round ?? firstRound,
    version: found.value?.version,
  });
}

/** Writes it, if nobody else has since. False where somebody has. */
export async function writeRound(
  store: BucketStore,
  follower: string,
  round: Round,
  before: string | undefined,
): Promise<Result<boolean, PlatformError>> {
  const written = await store.put(
    keys.round(follower),
    JSON.stringify({ schema: 1, round }),
    before === undefined ? { kind: "absent" } : { kind: "unchanged", version: before },
  );
  return written.ok ? ok(written.value !== "conflict") : written;
}
