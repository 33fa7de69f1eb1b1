import { readdirSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";

import type { Resources } from "../../config/model.ts";

/** What the machine has to give to steps. */
export interface Capacity {
  readonly resources: Resources;
  /** Attempts at the same time; undefined: as many as fit. */
  readonly maxParallel: number | undefined;
}

/** What this machine has; inside a container with limits, what the container has. */
export function machineCapacity(maxParallel: number | undefined): Capacity {
  const limit = process.constrainedMemory();
  const memory = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return {
    resources: { cpu: availableParallelism(), memoryGb: memory / 1024 ** 3, gpu: countGpus() },
    maxParallel,
  };
}

function countGpus(): number {
  try {
    return readdirSync("/dev").filter((name) => /^nvidia\d+$/.test(name)).length;
  } catch {
    return 0;
  }
}

/** An attempt that waits for the machine or uses it. */
export interface Claim {
  readonly id: number;
  readonly state: "waiting" | "running";
  readonly resources: Resources;
}

/**
 * Which waiting attempts may begin now, in the order of the queue. The longest waiting one comes
 * first: what is behind it doesn't overtake, so that a large step isn't starved by small ones. A
 * step larger than the whole machine begins when nothing else runs.
 *
 * @param claims by age, oldest first
 */
export function admissible(claims: readonly Claim[], capacity: Capacity): Claim[] {
  const running = claims.filter((claim) => claim.state === "running");
  const used = running.map((claim) => claim.resources);
  const admitted: Claim[] = [];
  for (const claim of claims) {
    if (claim.state !== "waiting") continue;
    if (capacity.maxParallel !== undefined && used.length >= capacity.maxParallel) break;
    if (used.length > 0 && exceeding([...used, claim.resources], capacity).length > 0) break;
    used.push(claim.resources);
    admitted.push(claim);
  }
  return admitted;
}

/**
 * Names what is asked for beyond what the machine has, such as `16 GB of memory of 8`. Empty when
 * all fits.
 */
export function exceeding(asked: readonly Resources[], capacity: Capacity): string[] {
  const has = capacity.resources;
  const sum = (pick: (resources: Resources) => number): number =>
    asked.reduce((total, resources) => total + pick(resources), 0);
  const cpu = sum((resources) => resources.cpu);
  const memory = sum((resources) => resources.memoryGb);
  const gpu = sum((resources) => resources.gpu);
  return [
    isMore(cpu, has.cpu) ? `${rounded(cpu)} CPU of ${rounded(has.cpu)}` : "",
    isMore(memory, has.memoryGb)
      ? `${rounded(memory)} GB of memory of ${rounded(has.memoryGb)}`
      : "",
    isMore(gpu, has.gpu) ? `${rounded(gpu)} GPU of ${rounded(has.gpu)}` : "",
  ].filter((text) => text !== "");
}

/** Sums of decimal fractions are off by less than this: 0.1 + 1.3 + 2.2 + 0.4 is no more than 4. */
const tolerance = 1e-9;

function isMore(asked: number, has: number): boolean {
  return asked > has + tolerance;
}

function rounded(value: number): string {
  return String(Math.round(value * 10) / 10);
}
