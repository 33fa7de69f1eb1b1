import type { LocalContext } from "../context.ts";
import { type FileVersion, knownArrivals, putArrival, waitsSince } from "../store/arrivals.ts";
import { schedulesRevision } from "../store/fires.ts";
import { allSchedules } from "../store/schedules.ts";
import type { UpNews } from "../../platform/roles/up-events.ts";
import { listFiles, type SeenFile } from "./folder.ts";
import { closeWindow, type Place, takeFiles } from "./take.ts";

/** Watches the folders that the schedules of an environment wait for. */
export interface Watcher {
  /**
   * Begins a look, where it is time for one and none is at work: a disk that hangs holds nothing
   * else up. Resolves when it is over.
   *
   * @param steady a clock that is never set, in milliseconds
   */
  look(steady: number): Promise<void>;
  /** Resolves when none is at work any more. */
  close(): Promise<void>;
}

export interface WatchTimes {
  /** Between two looks, in milliseconds; a look that takes long is followed by a longer pause. */
  readonly everyMs: number;
  /** A file whose size and time have not changed for so long is complete. */
  readonly settleMs: number;
}

const usual: WatchTimes = { everyMs: 1000, settleMs: 2000 };

const absentFolder = "its folder isn't there";

/** A look takes at most this share of the time. */
const busyShare = 10;

/** What is known of one schedule's folder. */
interface Watched {
  readonly project: string;
  readonly source: string;
  /** By path, the versions that are written down. */
  readonly known: Map<string, Set<string>>;
  /** By path, a version that isn't, and since when it has been seen so. */
  readonly settling: Map<string, { readonly version: string; readonly since: number }>;
  /** When its open window closes; milliseconds since the epoch. */
  closes: number;
  /** What was reported of it. */
  trouble: string | undefined;
}

export function openWatcher(
  context: Pick<LocalContext, "store" | "environment" | "layout" | "clock">,
  report: (news: UpNews) => void,
  times: WatchTimes = usual,
): Watcher {
  const { store, environment, layout, clock } = context;
  let watched = new Map<string, Watched>();
  let revision = -1;
  let nextAt = -Infinity;
  let closed = false;
  let work: Promise<void> | undefined;

  const refresh = (): void => {
    const latest = schedulesRevision(store);
    if (latest === revision) return;
    revision = latest;
    const rows = allSchedules(store, environment).filter(({ enabled }) => enabled);
    watched = new Map(
      rows.flatMap(({ project, spec: { on } }): [string, Watched][] => {
        if (on === undefined) return [];
        const { source } = on;
        const before = watched.get(project);
        // Its window may close at another time than before.
        if (before?.source === source) return [[project, { ...before, closes: -Infinity }]];
        const known = new Map<string, Set<string>>();
        for (const one of knownArrivals(store, environment, project)) remember(known, one);
        const settling: Watched["settling"] = new Map();
        const fresh = { project, source, known, settling, closes: -Infinity, trouble: undefined };
        return [[project, fresh]];
      }),
    );
  };

  const lookAt = async (folder: Watched, steady: number): Promise<void> => {
    const listed = await listFiles(layout.root, folder.source);
    takeNew(folder, listed?.files ?? [], steady);
    say(folder, listed === undefined ? absentFolder : listed.unreadable);
  };

  const takeNew = (folder: Watched, files: readonly SeenFile[], steady: number): void => {
    const since = waitsSince(store, environment, folder.project) ?? Infinity;
    const unknown = files.filter(
      ({ path, version }) => folder.known.get(path)?.has(version) !== true,
    );
    const before = unknown.filter(({ cameAt }) => cameAt <= since);
    const settled = unknown.filter(({ cameAt }) => cameAt > since).filter(settles(folder, steady));
    forgetGone(folder, files);
    const now = clock.now();
    if (before.length + settled.length === 0 && now < folder.closes) return;
    const { project, source } = folder;
    const place: Place = { store, layout, environment, project };
    const closes = store.write(() => {
      // The schedule may have changed while the folder was listed.
      if (waitsSince(store, environment, project) !== since) return undefined;
      for (const file of before) putArrival(store, environment, project, file, now, "before");
      takeFiles(place, source, settled, now);
      return closeWindow(place, now);
    });
    if (closes === undefined) return;
    // What isn't committed isn't known either: on a full disk it is taken by a later look.
    folder.closes = closes;
    for (const file of [...before, ...settled]) remember(folder.known, file);
  };

  const settles = (folder: Watched, steady: number) => {
    return ({ path, version }: SeenFile): boolean => {
      const seen = folder.settling.get(path);
      if (seen?.version === version) return steady - seen.since >= times.settleMs;
      folder.settling.set(path, { version, since: steady });
      return times.settleMs <= 0;
    };
  };

  const say = (folder: Watched, trouble: string | undefined): void => {
    if (folder.trouble === trouble) return;
    const { project, source } = folder;
    const over = folder.trouble === absentFolder ? "its folder is there" : "all of it can be read";
    const text = `${project} waits for ${source}: ${trouble ?? over}`;
    report({ kind: "duty", duty: "files", text, failed: trouble !== undefined });
    folder.trouble = trouble;
  };

  const lookAtAll = async (steady: number): Promise<void> => {
    refresh();
    for (const folder of watched.values()) {
      if (closed) return;
      try {
        await lookAt(folder, steady);
      } catch (error) {
        // A disk that is gone, or full: it is looked at again.
        say(folder, error instanceof Error ? error.message : String(error));
      }
    }
  };

  const broken = (error: unknown): void => {
    const text = error instanceof Error ? error.message : String(error);
    report({ kind: "duty", duty: "files", text, failed: true });
  };

  return {
    look(steady) {
      if (work !== undefined || closed || steady < nextAt) return work ?? Promise.resolve();
      const begin = performance.now();
      work = lookAtAll(steady)
        .catch(broken)
        .finally(() => {
          work = undefined;
          nextAt = steady + Math.max(times.everyMs, busyShare * (performance.now() - begin));
        });
      return work;
    },
    async close() {
      closed = true;
      await work;
    },
  };
}

function remember(known: Map<string, Set<string>>, { path, version }: FileVersion): void {
  const versions = known.get(path);
  if (versions === undefined) known.set(path, new Set([version]));
  else versions.add(version);
}

/** A file that was settling and is gone begins anew when it is there again. */
function forgetGone({ settling, known }: Watched, files: readonly SeenFile[]): void {
  const there = new Map(files.map(({ path, version }) => [path, version]));
  for (const [path, { version }] of settling) {
    if (there.get(path) !== version || known.get(path)?.has(version) === true)
      settling.delete(path);
  }
}
