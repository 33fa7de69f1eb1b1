import { ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { heartbeatEveryMs } from "../store/owner.ts";
import { beat, releaseRun } from "../store/ownership.ts";
import { stopRequest } from "../store/runs.ts";
import type { RunRow } from "../store/run-row.ts";
import type { EngineContext } from "./context.ts";
import type { Drive, DriveEnd } from "./drive.ts";

/** The runs that this process drives. */
export interface Drives {
  /** Drives a run that was claimed with this epoch. */
  begin(row: RunRow, epoch: number): Promise<Result<Drive, PlatformError>>;
  get(run: string): Drive | undefined;
  /** Why this process gave up a run that is not at its end. */
  brokenBy(run: string): Error | undefined;
  /** Releases all. */
  close(): Promise<void>;
}

/** How often drivers look whether somebody asked them to stop, in milliseconds. */
const lookEveryMs = 100;

/**
 * @param onEnd called when a run that this process drove has come to its end and nothing of it runs
 *   any more
 */
export function openDrives(context: EngineContext, onEnd: (run: RunRow) => void): Drives {
  const { store, clock, owner, environment } = context;
  const going = new Map<string, { readonly id: number; readonly drive: Drive }>();
  const broken = new Map<string, Error>();
  let timer: NodeJS.Timeout | undefined;
  let version = -1;
  let lastBeat = 0;

  const look = (): void => {
    const now = clock.now();
    if (now - lastBeat >= heartbeatEveryMs) {
      lastBeat = now;
      beat(store, environment, owner, now);
    }
    const latest = store.version();
    if (latest === version) return;
    version = latest;
    for (const { id, drive } of going.values()) {
      const actor = stopRequest(store, id);
      if (actor !== undefined) drive.abort(actor);
    }
  };
  const watch = (): void => {
    if (going.size === 0) {
      clearInterval(timer);
      timer = undefined;
      return;
    }
    lastBeat = timer === undefined ? clock.now() : lastBeat;
    timer ??= setInterval(() => {
      try {
        look();
      } catch {
        // A store that can't be read for a moment; if it stays so, the next append reports it.
      }
    }, lookEveryMs);
  };
  const ended = (row: RunRow, epoch: number, how: DriveEnd): void => {
    going.delete(row.run);
    watch();
    if (how.kind === "ended") onEnd(row);
    if (how.kind === "broken") broken.set(row.run, how.error);
    if (how.kind === "released" || how.kind === "broken") releaseRun(store, row.id, epoch);
  };

  return {
    async begin(row, epoch) {
      broken.delete(row.run);
      // Loaded with the first run: the interpreter is much, and most commands drive nothing.
      const { openDrive } = await import("./open-drive.ts");
      const drive = await openDrive(context, row, epoch);
      if (!drive.ok) {
        releaseRun(store, row.id, epoch);
        return drive;
      }
      going.set(row.run, { id: row.id, drive: drive.value });
      version = -1; // somebody may have asked for a stop before this began
      watch();
      void drive.value.finished.then((how) => ended(row, epoch, how)).catch(() => undefined);
      return ok(drive.value);
    },
    get: (run) => going.get(run)?.drive,
    brokenBy: (run) => broken.get(run),
    async close() {
      clearInterval(timer);
      const drives = [...going.values()].map(({ drive }) => drive);
      for (const drive of drives) drive.release();
      await Promise.all(drives.map((drive) => drive.finished));
    },
  };
}
