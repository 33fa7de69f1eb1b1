import type { ConsoleDocument } from "../../../src/app/documents/console.ts";

export type Fleet = ConsoleDocument<"fleet">;
export type FleetRow = Fleet["projects"][number];
export type GroupBy = "state" | "owner";

/** The groups by state, in the order in which they are read. */
export type StateGroup = "need" | "under" | "well" | "never";

/** A line of the page: the head of a group, or a project. */
export type Line =
  | {
      readonly kind: "group";
      readonly key: string;
      readonly name: string;
      readonly count: number;
      /** How its projects are; by state its name says it. */
      readonly tally: Tally | undefined;
    }
  | { readonly kind: "project"; readonly key: string; readonly row: FleetRow };

const groupOfState: Readonly<Record<FleetRow["state"], StateGroup>> = {
  failed: "need",
  late: "need",
  running: "under",
  held: "well",
  disabled: "well",
  well: "well",
  never: "never",
};

const order: readonly FleetRow["state"][] = [
  "failed",
  "late",
  "running",
  "well",
  "held",
  "disabled",
  "never",
];
const groups: readonly StateGroup[] = ["need", "under", "well", "never"];

export const groupOf = (row: FleetRow): StateGroup =>
  row.failedDeploy !== null && row.state !== "never" ? "need" : groupOfState[row.state];

export type Tally = Readonly<Record<StateGroup, number>>;

/** How many projects are in each group. */
export function tally(rows: readonly FleetRow[]): Tally {
  const counts = { need: 0, under: 0, well: 0, never: 0 };
  for (const row of rows) counts[groupOf(row)] += 1;
  return counts;
}

/**
 * The lines of the page: those that need a person first, each group under its head.
 *
 * @param nameOf the name of a group by state; `nobody`: of projects without an owner
 */
export function linesOf(
  rows: readonly FleetRow[],
  by: GroupBy,
  nameOf: (group: StateGroup | "nobody") => string,
): readonly Line[] {
  const sorted = rows.toSorted(
    (a, b) => order.indexOf(a.state) - order.indexOf(b.state) || (a.project < b.project ? -1 : 1),
  );
  const names =
    by === "state"
      ? groups.map((group) => ({
          key: group as string,
          name: nameOf(group),
          rows: sorted.filter((row) => groupOf(row) === group),
        }))
      : [...new Set(sorted.map(({ owner }) => owner ?? ""))]
          .toSorted((a, b) => (a === "" ? 1 : b === "" ? -1 : a < b ? -1 : 1))
          .map((owner) => ({
            key: owner,
            name: owner === "" ? nameOf("nobody") : owner,
            rows: sorted.filter((row) => (row.owner ?? "") === owner),
          }));
  return names.flatMap(({ key, name, rows: own }) =>
    own.length === 0
      ? []
      : [
          {
            kind: "group" as const,
            key: `group ${key}`,
            name,
            count: own.length,
            tally: by === "owner" ? tally(own) : undefined,
          },
          ...own.map((row) => ({ kind: "project" as const, key: row.project, row })),
        ],
  );
}

/**
 * The projects in which each word of a text is found: in the name, the owner, the state, the model,
 * the version or the reason. Capitals and accents make no difference.
 *
 * @param stateWord what the state of a project is called
 */
export function matching(
  rows: readonly FleetRow[],
  text: string,
  stateWord: (row: FleetRow) => string,
): readonly FleetRow[] {
  const words = plain(text).split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const haystack = plain(
      [
        row.project,
        row.owner,
        stateWord(row),
        row.state,
        row.deployed?.version,
        row.model?.stage,
        row.hold,
        row.diagnosis?.message,
        row.drift !== null && row.drift.resources > 0 ? "drift" : "",
      ].join("\n"),
    );
    return words.every((word) => haystack.includes(word));
  });
}

const plain = (text: string): string =>
  text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();

/** The name that a text is nearest to, at most a third of it away; `undefined`: none. */
export function nearest(names: readonly string[], text: string): string | undefined {
  const best = names
    .map((name) => ({ name, away: distance(plain(name), plain(text)) }))
    .toSorted((a, b) => a.away - b.away)[0];
  return best !== undefined && best.away <= Math.max(2, text.length / 3) ? best.name : undefined;
}

/** How many letters have to be added, left out or changed. */
function distance(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      row.push(Math.min(before[j]! + 1, row[j - 1]! + 1, before[j - 1]! + same));
    }
    before = row;
  }
  return before[b.length] ?? 0;
}
