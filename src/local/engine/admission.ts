import type { Clock } from "../../core/clock.ts";
import {
  attemptEnded,
  attemptRuns,
  type AttemptRow,
  liveAttempts,
  type NewAttempt,
  requestAttempt,
} from "../store/attempts.ts";
import { ownerAlive } from "../store/owner.ts";
import type { Store } from "../store/store.ts";
import { admissible, type Capacity, exceeding } from "./capacity.ts";

/**
 * Lets attempts begin as far as the machine's declared CPU and memory go, over all processes that
 * work in the workspace. Who runs and who waits is in the store, decided in one transaction
 * each time.
 */
export interface Admission {
  /**
   * Resolves when the attempt may begin, with its row; `undefined` when it was called off by then.
   * Rejects when the store fails.
   */
  admit(attempt: NewAttempt, calledOff: AbortSignal): Promise<Admitted | undefined>;
  /** Counts an attempt that runs already: one that is resumed. */
  reattach(attempt: NewAttempt): AttemptRow;
  /** The attempt has left the machine. */
  leave(id: number): void;
  /** Another attempt's end was recorded otherwise: look whether something may begin. */
  look(): void;
  close(): void;
}

export interface Admitted {
  readonly row: AttemptRow;
  /** What it asks for beyond the machine: `16 GB of memory of 8`. Empty for what fits. */
  readonly beyond: readonly string[];
}

export interface AdmissionOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly owner: string;
  readonly capacity: Capacity;
  /** Sees to attempts that a dead process left behind: records the end of those that are over. */
  readonly settleLeft: (attempts: readonly AttemptRow[]) => void;
}

/** How often a waiting process looks whether others have written, in milliseconds. */
const lookEveryMs = 100;
/** Every how many looks it looks also where nobody wrote: processes die without writing. */
const settleEvery = 10;

export function openAdmission(options: AdmissionOptions): Admission {
  const { store, clock, owner, capacity } = options;
  const waiting = new Map<number, PromiseWithResolvers<boolean>>();
  let timer: NodeJS.Timeout | undefined;
  let looks = 0;
  let version = -1;

  /** Says whose process is dead; each owner is looked at once. */
  const deadOwners = (): ((row: AttemptRow) => boolean) => {
    const known = new Map<string, boolean>([[owner, false]]);
    return (row) => {
      const dead = known.get(row.owner) ?? !ownerAlive(row.owner, row.requestedAt, clock.now());
      known.set(row.owner, dead);
      return dead;
    };
  };

  /** Inside `write`. Marks and gives the rows of this process that may begin. */
  const pick = (): number[] => {
    const isDead = deadOwners();
    // A running attempt counts even when its driver died: its supervisor continues. Nobody waits
    // for a dead process's turn.
    const claims = liveAttempts(store).filter((row) => row.state === "running" || !isDead(row));
    const mine: number[] = [];
    for (const claim of admissible(claims, capacity)) {
      // The turn of another process's attempt: it takes it itself, and what is behind it waits for
      // that.
      if (!waiting.has(claim.id)) break;
      attemptRuns(store, claim.id);
      mine.push(claim.id);
    }
    return mine;
  };

  const begin = (ids: readonly number[]): void => {
    for (const id of ids) {
      waiting.get(id)?.resolve(true);
      waiting.delete(id);
    }
    if (waiting.size === 0) {
      clearInterval(timer);
      timer = undefined;
    } else {
      timer ??= setInterval(tick, lookEveryMs);
    }
  };

  const look = (): void => {
    if (waiting.size > 0) begin(store.write(pick, "relaxed"));
  };

  const settle = (): void => {
    const left = liveAttempts(store).filter(deadOwners());
    if (left.length > 0) options.settleLeft(left);
  };

  const tick = (): void => {
    looks += 1;
    try {
      const latest = store.version();
      if (looks % settleEvery === 0) settle();
      else if (latest === version) return;
      version = latest;
      look();
    } catch (error) {
      // Nobody else would wake those that wait.
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
      begin([]);
    }
  };

  const leave = (id: number): void => {
    store.write(() => attemptEnded(store, id, clock.now()), "relaxed");
    look();
  };

  /** Puts it in the queue, and lets it begin where it may at once. */
  const request = (attempt: NewAttempt, turn: PromiseWithResolvers<boolean>): AttemptRow => {
    let id = 0;
    try {
      const { row, picked } = store.write(() => {
        const row = requestAttempt(store, attempt, "waiting");
        id = row.id;
        waiting.set(id, turn);
        return { row, picked: pick() };
      }, "relaxed");
      begin(picked);
      return row;
    } catch (error) {
      waiting.delete(id);
      throw error;
    }
  };

  return {
    async admit(attempt, calledOff) {
      if (calledOff.aborted) return undefined;
      const turn = Promise.withResolvers<boolean>();
      const row = request(attempt, turn);
      const callOff = (): void => {
        waiting.delete(row.id);
        turn.resolve(false);
      };
      calledOff.addEventListener("abort", callOff, { once: true });
      const admitted = await turn.promise;
      calledOff.removeEventListener("abort", callOff);
      if (admitted && !calledOff.aborted) {
        return { row, beyond: exceeding([attempt.resources], capacity) };
      }
      leave(row.id);
      return undefined;
    },
    reattach: (attempt) => store.write(() => requestAttempt(store, attempt, "running"), "relaxed"),
    leave,
    look,
    close() {
      clearInterval(timer);
      waiting.clear();
    },
  };
}
