import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import * as z from "zod";

/** What was seen of a project when somebody last asked for it; times in milliseconds. */
export interface Observation {
  readonly drift?: { readonly resources: number; readonly observedAt: number } | undefined;
  readonly model?:
    | { readonly version: string; readonly stage: string; readonly observedAt: number }
    | undefined;
}

/** Remembers what pages and plans have seen, so that a page of all projects reads nothing anew. */
export interface Observations {
  of(environment: string, project: string): Observation;
  note(environment: string, project: string, seen: Observation): void;
}

const moment = z.int();
const stored = z.record(
  z.string(),
  z.object({
    drift: z.object({ resources: z.int(), observedAt: moment }).optional(),
    model: z.object({ version: z.string(), stage: z.string(), observedAt: moment }).optional(),
  }),
);

/**
 * @param folder where they are kept: `.esteira/cache/console`; one that can't be written is none
 */
export function openObservations(folder: string): Observations {
  const known = new Map<string, Record<string, Observation>>();
  const fileOf = (environment: string): string => join(folder, `${environment}.json`);

  const read = (environment: string): Record<string, Observation> => {
    const before = known.get(environment);
    if (before !== undefined) return before;
    const found = readStored(fileOf(environment));
    known.set(environment, found);
    return found;
  };

  return {
    of: (environment, project) => read(environment)[project] ?? {},
    note(environment, project, seen) {
      const all = read(environment);
      all[project] = { ...all[project], ...seen };
      try {
        mkdirSync(folder, { recursive: true });
        const temporary = `${fileOf(environment)}.${process.pid}`;
        writeFileSync(temporary, JSON.stringify(all));
        renameSync(temporary, fileOf(environment));
      } catch {
        // It is known for as long as this console is open.
      }
    },
  };
}

function readStored(path: string): Record<string, Observation> {
  try {
    const parsed = stored.safeParse(JSON.parse(readFileSync(path, "utf8")));
    return parsed.success ? parsed.data : {};
  } catch {
    return {};
  }
}
