import type { RunInput } from "../../runs/model.ts";

/** The run that a fire starts, where it isn't one of the schedule's clock. */
export interface FireStart {
  /** Its id, so that it is started once. */
  readonly run: string;
  readonly input: RunInput;
}

/** A fire whose run has not begun. */
export interface WaitingFire {
  /** In the order in which they came. */
  readonly id: number;
  readonly project: string;
  /** Milliseconds since the epoch. */
  readonly scheduledTime: number;
  /** Since when this process knows of it. */
  readonly since: number;
  readonly start?: FireStart;
}

/**
 * Fires that wait, of thousands of projects; each question costs one look at each project that has
 * any.
 */
export interface FireQueue {
  add(fire: WaitingFire): void;
  /**
   * Which begins next: of the project with the fewest runs the oldest, and among projects with
   * equally many runs the one that has waited longest. A project that fires all the time waits for
   * its own runs, not the others for them.
   *
   * @param running how many runs of each project go
   */
  next(running: ReadonlyMap<string, number>): WaitingFire | undefined;
  /** Takes out the oldest of a project. */
  shift(project: string): void;
  has(fire: WaitingFire): boolean;
  count(project: string): number;
  readonly size: number;
}

export function openQueue(fires: Iterable<WaitingFire>): FireQueue {
  const queues = new Map<string, WaitingFire[]>();
  let size = 0;
  const queue: FireQueue = {
    add(fire) {
      const own = queues.get(fire.project);
      if (own === undefined) queues.set(fire.project, [fire]);
      else own.push(fire);
      size += 1;
    },
    next(running) {
      let best: WaitingFire | undefined;
      let fewest = Infinity;
      for (const [project, [first]] of queues) {
        const count = running.get(project) ?? 0;
        if (first === undefined || count > fewest) continue;
        if (count < fewest || best === undefined || first.id < best.id) {
          best = first;
          fewest = count;
        }
      }
      return best;
    },
    shift(project) {
      const own = queues.get(project);
      if (own?.shift() !== undefined) size -= 1;
      if (own?.length === 0) queues.delete(project);
    },
    has: (fire) => queues.get(fire.project)?.includes(fire) === true,
    count: (project) => queues.get(project)?.length ?? 0,
    get size() {
      return size;
    },
  };
  for (const fire of fires) queue.add(fire);
  return queue;
}

/** So many fires of one project may wait; later ones are left out and reported. */
export const waitingLimit = 100;

/** Why a fire is left out of the queue; undefined for one that may wait. */
export function leftOut(
  overlap: "allow" | "skip",
  waitingOfProject: number,
): "overlap" | "queue-full" | undefined {
  // With `overlap: skip` a run that begins finds out itself whether another goes; two that wait
  // would run one after the other.
  if (overlap === "skip" && waitingOfProject > 0) return "overlap";
  return waitingOfProject >= waitingLimit ? "queue-full" : undefined;
}
