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
 * Lets attempts begin as far as the machine's declared CPU and memory go, over all processes that work in the workspace. Who runs and
 * who waits stands in the store, decided in one transaction each time.
 */
export interface Admission {
  /** Resolves when the attempt may begin, with its row; `undefined` when it was called off by then. */
  admit(attempt: NewAttempt, calledOff: AbortSignal): Promise<Admitted | undefined>;
  /** Counts an attempt that runs already: one that is taken up again. */
  takeUp(attempt: NewAttempt): AttemptRow;
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
  /** Finds out about attempts that a dead process left behind, and records those that are over. */
  readonly settleLeft: (attempts: readonly AttemptRow[]) => Promise<void>;
}

/** How often a waiting process looks at what the others do, in milliseconds. */
const lookEveryMs = 100;
/** Every how many looks it checks on attempts of processes that died. */
const settleEvery = 10;

export function openAdmission(options: AdmissionOptions): Admission {
  const { store, clock, owner, capacity } = options;
  const waiting = new Map<number, (admitted: boolean) => void>();
  let timer: NodeJS.Timeout | undefined;
  let looks = 0;

  /** Inside `write`. Marks and gives the rows that may begin, whoever they belong to being ours. */
  const pick = (): number[] => {
    const live = liveAttempts(store);
    const alive = new Map<string, boolean>();
    const livesOn = (row: AttemptRow): boolean => {
      if (row.owner === owner) return true;
      let known = alive.get(row.owner);
      if (known === undefined) {
        known = ownerAlive(row.owner, row.requestedAt, clock.now());
        alive.set(row.owner, known);
      }
      return known;
    };
    // A running attempt counts even when its driver died: its supervisor goes on. Nobody waits for a dead process's turn.
    const claims = live.flatMap(({ id, state, resources, ...row }) =>
      state === "running" || (state === "waiting" && livesOn({ id, state, resources, ...row }))
        ? [{ id, state, resources }]
        : [],
    );
    const mine: number[] = [];
    for (const claim of admissible(claims, capacity)) {
      // The turn of another process's attempt: it takes it itself, and what is behind it waits for that.
      if (!waiting.has(claim.id)) break;
      attemptRuns(store, claim.id);
      mine.push(claim.id);
    }
    return mine;
  };

  const begin = (ids: readonly number[]): void => {
    for (const id of ids) {
      waiting.get(id)?.(true);
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

  const tick = (): void => {
    looks += 1;
    if (looks % settleEvery === 0) {
      const left = liveAttempts(store).filter(
        (row) => row.owner !== owner && !ownerAlive(row.owner, row.requestedAt, clock.now()),
      );
      if (left.length > 0) void options.settleLeft(left);
    }
    look();
  };

  const leave = (id: number): void => {
    store.write(() => attemptEnded(store, id, clock.now()), "relaxed");
    look();
  };

  return {
    async admit(attempt, calledOff) {
      if (calledOff.aborted) return undefined;
      const beyond = exceeding([attempt.resources], capacity);
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const { row, picked } = store.write(() => {
        const row = requestAttempt(store, attempt, "waiting");
        waiting.set(row.id, resolve);
        return { row, picked: pick() };
      }, "relaxed");
      const callOff = (): void => {
        waiting.delete(row.id);
        resolve(false);
      };
      calledOff.addEventListener("abort", callOff, { once: true });
      begin(picked);
      const admitted = await promise;
      calledOff.removeEventListener("abort", callOff);
      if (admitted && !calledOff.aborted) return { row, beyond };
      leave(row.id);
      return undefined;
    },
    takeUp: (attempt) => store.write(() => requestAttempt(store, attempt, "running"), "relaxed"),
    leave,
    look,
    close() {
      clearInterval(timer);
      waiting.clear();
    },
  };
}
