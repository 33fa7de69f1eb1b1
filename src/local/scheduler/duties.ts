import type { UpNews } from "../../platform/roles/up-events.ts";
import type { Duty } from "../../platform/roles/scheduler.ts";

export interface Duties {
  /** Begins those whose turn it is. @param steady a clock that is never set, in milliseconds */
  look(steady: number): void;
  /** Resolves when none is at work any more. */
  close(): Promise<void>;
}

export function openDuties(duties: readonly Duty[], report: (news: UpNews) => void): Duties {
  const closing = new AbortController();
  const states = duties.map((duty) => ({
    duty,
    nextAt: 0,
    work: undefined as Promise<void> | undefined,
  }));

  const turn = async ({ name, run }: Duty): Promise<void> => {
    const say = (text: string): void => report({ kind: "duty", duty: name, text, failed: false });
    try {
      await run({ signal: closing.signal, say });
    } catch (error) {
      if (closing.signal.aborted) return;
      const text = error instanceof Error ? error.message : String(error);
      report({ kind: "duty", duty: name, text, failed: true });
    }
  };

  return {
    look(steady) {
      for (const state of states) {
        if (state.work !== undefined || steady < state.nextAt || closing.signal.aborted) continue;
        state.work = turn(state.duty).finally(() => {
          state.work = undefined;
          state.nextAt = performance.now() + state.duty.everyMs;
        });
      }
    },
    async close() {
      closing.abort();
      await Promise.all(states.flatMap(({ work }) => work ?? []));
    },
  };
}
