import { setImmediate } from "node:timers/promises";

import type { ConsoleContext } from "../../app/console/context.ts";
import { fleetOf } from "../../app/console/fleet-reading.ts";
import type { ConsoleDocumentOf } from "../../app/documents/console.ts";
import { documentText, valueText } from "../http/answers.ts";

type Fleet = ConsoleDocumentOf<"fleet">;

/** The page of all projects as it was written last: a hundred viewers of one change ask for it. */
export interface KeptFleets {
  /** Undefined where the environment can't be used now. */
  find(context: ConsoleContext, env: string): Promise<KeptFleet | undefined>;
}

export interface KeptFleet {
  /** Undefined: something may have changed since it was written. */
  readonly text: string | undefined;
  /** Writes it, and keeps it. */
  readonly write: (fleet: Fleet) => string;
}

interface Written {
  readonly version: string;
  readonly at: number;
  readonly text: string;
  readonly rows: FleetRows;
}

/** How old it may be where nothing has changed: durations of what runs grow. Milliseconds. */
const freshMs = 1000;

export function openKeptFleets(): KeptFleets {
  const known = new Map<string, Written>();
  return {
    async find({ environments, host }, env) {
      // A page asks for its script at the same time, which is sent while this is being read.
      await setImmediate();
      await setImmediate();
      const session = await environments.session(env);
      if (!session.ok) return undefined;
      const version = fleetOf(session.value).version();
      const at = host.clock.now();
      const last = known.get(env);
      const good = last !== undefined && last.version === version && at - last.at < freshMs;
      return {
        text: good ? last.text : undefined,
        write(fleet) {
          const rows = known.get(env)?.rows ?? new FleetRows();
          const text = rows.textOf(fleet);
          known.set(env, { version, at, text, rows });
          return text;
        },
      };
    },
  };
}

/**
 * Texts of the rows of a fleet. One change is in a row or two: the others are compared, which takes
 * half of what writing them takes.
 */
export class FleetRows {
  #known = new Map<string, { readonly row: Fleet["projects"][number]; readonly text: string }>();

  /** What `documentText` gives. */
  textOf({ projects, ...about }: Fleet): string {
    const before = this.#known;
    this.#known = new Map();
    const rows = projects.map((row) => {
      const last = before.get(row.project);
      const kept = last !== undefined && same(last.row, row) ? last : { row, text: valueText(row) };
      this.#known.set(row.project, kept);
      return kept.text;
    });
    const head = documentText<"fleet">({ ...about, projects: [] });
    return `${head.slice(0, -"]}".length)}${rows.join(",")}]}`;
  }
}

/** Whether two rows are written in the same way: theirs are the fields that the schema has. */
function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object") return false;
  if (one === null || other === null) return false;
  if (Array.isArray(one)) {
    if (!Array.isArray(other) || one.length !== other.length) return false;
    for (let at = 0; at < one.length; at += 1) if (!same(one[at], other[at])) return false;
    return true;
  }
  let fields = 0;
  // Without a list of the fields: it is made for ten thousand cells otherwise.
  for (const field in one) {
    const mine: unknown = one[field as keyof typeof one];
    if (mine === undefined && !(field in other)) return false;
    if (!same(mine, other[field as keyof typeof other])) return false;
    fields += 1;
  }
  for (const _ in other) fields -= 1;
  return fields === 0;
}
