import { type ProcessIdentity, processState, thisProcess } from "../process-identity.ts";

/**
 * Who drives a run, as the database has it: a process, and which of its opened platforms (a process
 * may have several).
 */
export interface Owner extends ProcessIdentity {
  readonly token: string;
}

/**
 * How long a driver that can't be looked at (in another container) counts as alive after its last
 * sign of life.
 */
export const heartbeatLimitMs = 30_000;
/** How often a driver gives one. */
export const heartbeatEveryMs = 5_000;

/** @param token what distinguishes this process's platforms */
export function ownerHere(token: string): string {
  return JSON.stringify({ ...thisProcess(), token } satisfies Owner);
}

/** Whether somebody drives what has this owner. */
export function ownerAlive(owner: string | undefined, heartbeat: number, now: number): boolean {
  if (owner === undefined || owner === "") return false;
  const state = processState(JSON.parse(owner) as Owner);
  return state === "unknown" ? now - heartbeat < heartbeatLimitMs : state === "alive";
}

/** Number of the owner's process, for messages. */
export function ownerPid(owner: string): number {
  return (JSON.parse(owner) as Owner).pid;
}

/**
 * Whether the owner lived in a boot of the machine that is over: its processes are then gone for
 * certain.
 */
export function ownerOfEarlierBoot(owner: string): boolean {
  const { boot, space } = JSON.parse(owner) as Owner;
  const here = thisProcess();
  return boot !== here.boot && space === here.space;
}
