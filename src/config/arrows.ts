import { findCycle } from "../core/graph.ts";
import type { EnvironmentName } from "../core/ids.ts";
import type { ProjectIdentity } from "./clashes.ts";
import type { Environment, Project } from "./model.ts";
import { matcherOf, partsOf, type WrittenPlace, writtenPlaces } from "./written-places.ts";

/** One project waits for another one. */
export interface Arrow {
  /** The project that waits. */
  readonly from: string;
  /** The project whose runs start it. */
  readonly to: string;
  /** What `to` writes and `from` waits for by `schedule.on`; absent: by `schedule.after`. */
  readonly data?: WrittenPlace;
}

/** What is wrong with one project that waits for others, in an environment. */
export type ArrowProblem = {
  /** The project whose `schedule` is wrong. */
  readonly project: string;
  readonly environment: EnvironmentName;
} & (
  | { readonly kind: "unknown"; readonly other: string; readonly known: readonly string[] }
  /** From each project on the way to the next, and from the last one to the first. */
  | { readonly kind: "circle"; readonly circle: readonly Arrow[] }
);

/** Names of the projects that there are, those whose files can't be read among them. */
export function projectsThere(
  checked: readonly { readonly identity: ProjectIdentity | undefined }[],
  folders: readonly string[],
): ReadonlySet<string> {
  return new Set([...checked.flatMap(({ identity }) => identity?.name ?? []), ...folders]);
}

/**
 * Names that stand for no project, and circles in which projects start each other, by their ends or
 * by what they write, in each environment. A circle is reported once, at the first of its projects.
 */
export function arrowProblems(
  environments: ReadonlyMap<EnvironmentName, Environment>,
  byEnvironment: ReadonlyMap<EnvironmentName, readonly Project[]>,
  known: ReadonlySet<string>,
): readonly ArrowProblem[] {
  return [...byEnvironment].flatMap(([environment, projects]) => {
    const unknown = projects.flatMap(({ name, schedule }) =>
      (schedule?.after?.projects ?? []).flatMap((other): ArrowProblem[] =>
        known.has(other)
          ? []
          : [{ kind: "unknown", project: name, environment, other, known: [...known] }],
      ),
    );
    const arrows = arrowsOf(projects, environments.get(environment));
    const circular = circles(arrows).map((circle): ArrowProblem => ({
      kind: "circle",
      project: circle[0]?.from ?? "",
      environment,
      circle,
    }));
    return [...unknown, ...circular];
  });
}

/**
 * All arrows between projects, by the project that waits. What a project writes itself and waits
 * for is no arrow: a rule of that project refuses it.
 */
function arrowsOf(
  projects: readonly Project[],
  environment: Environment | undefined,
): ReadonlyMap<string, readonly Arrow[]> {
  const waitsForData = projects.some(({ schedule }) => schedule?.on !== undefined);
  const places =
    environment === undefined || !waitsForData
      ? []
      : projects.flatMap((project) =>
          writtenPlaces(project, environment).map((data) => ({
            to: project.name,
            data,
            parts: partsOf(data.uri),
          })),
        );
  return new Map(
    projects.flatMap(({ name: from, schedule }): [string, readonly Arrow[]][] => {
      const source = schedule?.on?.source;
      const ends = (schedule?.after?.projects ?? []).map((to): Arrow => ({ from, to }));
      const matches = source === undefined ? undefined : matcherOf(source);
      const data = (matches === undefined ? [] : places).flatMap(
        ({ to, data: place, parts }): Arrow[] =>
          to !== from && matches?.(parts) === true ? [{ from, to, data: place }] : [],
      );
      const all = [...ends, ...data];
      return all.length === 0 ? [] : [[from, all]];
    }),
  );
}

/** Circles that share no project. */
function circles(arrows: ReadonlyMap<string, readonly Arrow[]>): readonly (readonly Arrow[])[] {
  const left = new Map([...arrows].map(([from, all]) => [from, all.map(({ to }) => to)]));
  const found: (readonly Arrow[])[] = [];
  for (;;) {
    const circle = findCycle(left);
    if (circle === undefined) return found;
    found.push(
      circle.slice(0, -1).flatMap((from, index) => {
        const to = circle[index + 1];
        return arrows.get(from)?.find((arrow) => arrow.to === to) ?? [];
      }),
    );
    for (const project of circle) left.delete(project);
  }
}
