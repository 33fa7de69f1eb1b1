import { findCycle } from "../core/graph.ts";
import type { EnvironmentName } from "../core/ids.ts";
import type { ProjectIdentity } from "./clashes.ts";
import type { Project } from "./model.ts";

/** What is wrong with one project that follows others, in an environment. */
export type ArrowProblem = {
  /** The project whose `schedule.after` is wrong. */
  readonly project: string;
  readonly environment: EnvironmentName;
} & (
  | { readonly kind: "unknown"; readonly other: string; readonly known: readonly string[] }
  /** The projects along a circle, the first repeated at the end. */
  | { readonly kind: "circle"; readonly circle: readonly string[] }
);

/** Names of the projects that there are, those whose files can't be read among them. */
export function projectsThere(
  checked: readonly { readonly identity: ProjectIdentity | undefined }[],
  folders: readonly string[],
): ReadonlySet<string> {
  return new Set([...checked.flatMap(({ identity }) => identity?.name ?? []), ...folders]);
}

/**
 * Names that stand for no project, and circles in which projects follow each other, in each
 * environment. A circle is reported once, at the first of its projects.
 */
export function arrowProblems(
  byEnvironment: ReadonlyMap<EnvironmentName, readonly Project[]>,
  known: ReadonlySet<string>,
): readonly ArrowProblem[] {
  return [...byEnvironment].flatMap(([environment, projects]) => {
    const graph = new Map<string, readonly string[]>(
      projects.flatMap(({ name, schedule }) =>
        schedule?.after === undefined ? [] : [[name, schedule.after.projects]],
      ),
    );
    return [
      ...[...graph].flatMap(([project, others]) =>
        others.flatMap((other): ArrowProblem[] =>
          known.has(other)
            ? []
            : [{ kind: "unknown", project, environment, other, known: [...known] }],
        ),
      ),
      ...circles(graph).map((circle): ArrowProblem => ({
        kind: "circle",
        project: circle[0] ?? "",
        environment,
        circle,
      })),
    ];
  });
}

/** Circles that share no project. */
function circles(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const left = new Map(graph);
  const found: (readonly string[])[] = [];
  for (;;) {
    const circle = findCycle(left);
    if (circle === undefined) return found;
    found.push(circle);
    for (const project of circle) left.delete(project);
  }
}
