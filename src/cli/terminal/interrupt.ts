import type { CliContext } from "./context.ts";

/**
 * The two stages of leaving something in progress: the first Ctrl-C (or SIGTERM) asks it to stop,
 * the second leaves at once. What was asked for within a third of a second of the signal before is
 * the same wish, sent twice (a shell and its terminal both signal).
 */
export function interruptible(
  context: CliContext,
  stages: { readonly first: () => void; readonly second: () => void },
): Disposable {
  let asked: number | undefined;
  return context.onInterrupt(() => {
    const now = context.clock.now();
    if (asked === undefined) {
      asked = now;
      stages.first();
    } else if (now - asked > 300) {
      stages.second();
    }
  });
}
