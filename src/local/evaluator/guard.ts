import process from "node:process";
import { workerData } from "node:worker_threads";

/**
 * The guard of the evaluating process, in its own thread because the main one may be deaf:
 * ends the process when its question has used up its processor time, and when nobody waits for the
 * answer any more. Processor time, so that a busy machine doesn't fail what is cheap.
 */

interface Watched {
  /** The number of the question under way, and its limit in milliseconds; 0 while there is none. */
  readonly running: Int32Array;
  /** Process that asks. */
  readonly parent: number;
}

const lookEveryMs = 25;
const { running, parent } = workerData as Watched;
let question = 0;
let since = 0;

/** Milliseconds of processor time that the whole process has used. */
function used(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
  const limitMs = Atomics.load(running, 1);
  if (limitMs === 0) {
    question = 0;
    return;
  }
  const id = Atomics.load(running, 0);
  if (id !== question) {
    question = id;
    since = used();
  } else if (used() - since > limitMs) {
    process.kill(process.pid, "SIGKILL");
  }
}, lookEveryMs);
