import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The time at which the seeded workspace is looked at: Fri 13 Nov 2026, 08:12 in São Paulo. */
export const now = Date.parse("2026-11-13T11:12:00Z");

export const zone = "America/Sao_Paulo";

export const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];

export type SeedState = "failed" | "late" | "running" | "held" | "disabled" | "well" | "never";

/** An invented project: what its documents are made of. */
export interface SeedProject {
  readonly name: string;
  readonly owner: string | null;
  readonly state: SeedState;
  readonly version: string;
  /** Time of day at which it fires, by the zone's clock. */
  readonly fires: string;
  /** Usual duration in milliseconds. */
  readonly usual: number;
  /** Nights back from tonight, 0 to 13, and what they were instead of succeeded. */
  readonly nights: Readonly<Record<number, NightState>>;
  readonly model: readonly [version: string, stage: string] | null;
  readonly drift: number | null;
  readonly hold: string | null;
  readonly failure: readonly [code: string, message: string, help: string] | null;
}

export type NightState =
  | "failed"
  | "timed_out"
  | "aborted"
  | "skipped"
  | "running"
  | "interrupted"
  | null;

type Given = Partial<SeedProject> & Pick<SeedProject, "name">;

/** Those that are drawn by hand; `usual` is in minutes. */
const drawn = JSON.parse(
  readFileSync(join(import.meta.dirname, "projects.json"), "utf8"),
) as readonly Given[];

/**
 * The invented projects, by name.
 *
 * @param count how many; past the 36 that are drawn by hand they are copies of the well ones
 */
export function seedProjects(count = drawn.length): readonly SeedProject[] {
  const well = drawn.filter(({ state, nights }) => state === undefined && nights === undefined);
  const made = Array.from({ length: Math.max(0, count - drawn.length) }, (_, index) => {
    const copied = well[index % well.length]!;
    return { ...copied, name: `${copied.name}-${Math.floor(index / well.length) + 2}` };
  });
  return [...drawn, ...made]
    .slice(0, count)
    .map((given) => ({ ...plain, ...given, usual: (given.usual ?? 20) * minute }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

const plain: Omit<SeedProject, "name"> = {
  owner: "growth-ml",
  state: "well",
  version: "1.0.0",
  fires: "03:00",
  usual: 20,
  nights: {},
  model: null,
  drift: null,
  hold: null,
  failure: null,
};
