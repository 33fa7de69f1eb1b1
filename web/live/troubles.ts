import { signal } from "@preact/signals";

import type { Problem } from "../api/problem.ts";

/** Why environments can't be read now, by name. */
export const troubles = signal<ReadonlyMap<string, Problem>>(new Map());

/** Keeps why an environment can't be read; `undefined`: it can. */
export function noteTrouble(environment: string, problem: Problem | undefined): void {
  const now = troubles.peek();
  if (now.get(environment)?.message === problem?.message) return;
  const next = new Map(now);
  if (problem === undefined) next.delete(environment);
  else next.set(environment, problem);
  troubles.value = next;
}
