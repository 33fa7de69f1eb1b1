import { signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";

import type { ConsoleDocument } from "../../../src/app/documents/console.ts";
import { addressFor } from "../../api/api.ts";
import { read } from "../../api/client.ts";
import type { Problem } from "../../api/problem.ts";
import { onChanges } from "../../live/changes.ts";

type Answer = ConsoleDocument<"run-items">;

/** An item of a step with `for_each`, with its tries. */
export type RunItem = Answer["items"][number];

/** Items as far as they are read: thousands come in several answers. */
export interface Items {
  readonly all: readonly RunItem[] | undefined;
  readonly problem: Problem | undefined;
}

const most = 1_000;
const againMs = 1_000;

/**
 * The items of a step for as long as a component is shown, at most once a second anew while its run
 * has news.
 *
 * @param step `undefined`: none is read
 */
export function useItems(environment: string, run: string, step: string | undefined): Items {
  const items = useMemo(() => signal<Items>({ all: undefined, problem: undefined }), [run, step]);
  useEffect(() => {
    if (step === undefined) return undefined;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let reading = false;
    const again = async (): Promise<void> => {
      timer = undefined;
      if (reading) return hear();
      reading = true;
      const answer = await readAll(environment, run, step, stop.signal);
      reading = false;
      if (!stop.signal.aborted)
        items.value = { all: answer.all ?? items.value.all, problem: answer.problem };
    };
    const hear = (): void => {
      timer ??= setTimeout(() => void again(), againMs);
    };
    void again();
    const deaf = onChanges([`run:${environment}/${run}`], hear);
    return () => {
      deaf();
      stop.abort();
      clearTimeout(timer);
    };
  }, [environment, run, step]);
  return items.value;
}

async function readAll(
  environment: string,
  run: string,
  step: string,
  signal: AbortSignal,
): Promise<Items> {
  const all: RunItem[] = [];
  let cursor: string | undefined;
  do {
    const answer = await read<Answer>(
      addressFor("runItems", { env: environment, run }, { step, cursor, limit: most }),
      signal,
    );
    if (!answer.ok) return { all: undefined, problem: answer.problem };
    all.push(...answer.value.items);
    cursor = answer.value.next ?? undefined;
  } while (cursor !== undefined && !signal.aborted);
  return { all, problem: undefined };
}

const urgency: Readonly<Record<RunItem["status"], number>> = {
  failed: 0,
  timed_out: 0,
  aborted: 1,
  running: 2,
  scheduled: 3,
  succeeded: 4,
};

/** Items that need a person first, then by index. */
export function byUrgency(items: readonly RunItem[]): readonly RunItem[] {
  return items.toSorted((a, b) => urgency[a.status] - urgency[b.status] || a.item - b.item);
}
