import type { Command } from "../types.ts";
import type { Engine } from "./model.ts";
import { nextTimer } from "./timers.ts";

/**
 * Commands given out whose effect has not come back. Stops come first: what they end must not
 * outlive a restart.
 */
export function pendingCommands(engine: Engine): readonly Command[] {
  const commands: Command[] = [];
  if (engine.outcome === undefined) {
    for (const attempt of engine.attempts.values()) {
      commands.push({ ...attempt.command, progress: attempt.progress });
    }
    const timer = nextTimer(engine);
    if (timer !== undefined) commands.push({ kind: "wake", at: timer.at });
  }
  return [...engine.stopped.values(), ...commands];
}
