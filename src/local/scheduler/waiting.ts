import type { LocalContext } from "../context.ts";
import { waitingFires } from "../store/fires.ts";
import { type FireQueue, openQueue, type WaitingFire } from "./queue.ts";

/** Fires that wait for their runs, as this process knows them. */
export interface Waiting {
  readonly queue: FireQueue;
  add(fire: WaitingFire): void;
  /** Adds what other processes have written since, and the ends of runs here. */
  takeNew(): void;
  /** Those that still wait and that nobody has been shown; each is given once. */
  unreported(): readonly WaitingFire[];
}

/** Begins with what is written down. */
export function openWaiting({ store, environment, clock }: LocalContext): Waiting {
  const found = waitingFires(store, environment, clock.now());
  const queue = openQueue(found);
  const added: WaitingFire[] = [];
  let newest = found.at(-1)?.id ?? 0;
  const add = (fire: WaitingFire): void => {
    newest = Math.max(newest, fire.id);
    queue.add(fire);
    added.push(fire);
  };
  return {
    queue,
    add,
    takeNew() {
      for (const fire of waitingFires(store, environment, clock.now(), newest)) add(fire);
    },
    unreported: () => added.splice(0).filter((fire) => queue.has(fire)),
  };
}
