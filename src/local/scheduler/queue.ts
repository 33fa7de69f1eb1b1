/** A fire whose run has not begun. */
export interface WaitingFire {
  /** In the order in which they came. */
  readonly id: number;
  readonly project: string;
  /** Milliseconds since the epoch. */
  readonly scheduledTime: number;
  /** Since when this process knows of it. */
  readonly since: number;
}

/**
 * Which fires begin now: of the project with the fewest runs first, and among those with equally many the one that has waited longest. A
 * project that fires all the time waits for its own runs, not the others for them.
 *
 * @param waiting by age, oldest first
 * @param running how many runs of each project go
 * @param free how many may begin
 */
export function choose(
  waiting: readonly WaitingFire[],
  running: ReadonlyMap<string, number>,
  free: number,
): readonly WaitingFire[] {
  const runs = new Map(running);
  const queues = new Map<string, WaitingFire[]>();
  for (const fire of waiting) {
    const queue = queues.get(fire.project);
    if (queue === undefined) queues.set(fire.project, [fire]);
    else queue.push(fire);
  }
  const chosen: WaitingFire[] = [];
  while (chosen.length < free) {
    let best: WaitingFire | undefined;
    let fewest = Infinity;
    for (const [project, [first]] of queues) {
      const count = runs.get(project) ?? 0;
      if (first === undefined || count > fewest) continue;
      if (count < fewest || best === undefined || first.id < best.id) {
        best = first;
        fewest = count;
      }
    }
    if (best === undefined) break;
    chosen.push(best);
    queues.get(best.project)?.shift();
    runs.set(best.project, fewest + 1);
  }
  return chosen;
}

/** So many fires of one project may wait; later ones are left out and told. */
export const waitingLimit = 100;

/** Why a fire is left out of the queue; undefined for one that may wait. */
export function leftOut(
  overlap: "allow" | "skip",
  waitingOfProject: number,
): "overlap" | "queue-full" | undefined {
  // With `overlap: skip` a run that begins finds out itself whether another goes; two that wait would run one after the other.
  if (overlap === "skip" && waitingOfProject > 0) return "overlap";
  return waitingOfProject >= waitingLimit ? "queue-full" : undefined;
}
