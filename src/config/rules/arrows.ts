import type { Diagnostic } from "../../core/diagnostic.ts";
import { unreachable } from "../../core/unreachable.ts";
import type { ArrowProblem } from "../arrows.ts";
import type { Environment } from "../model.ts";
import type { Path, Problem } from "../problem.ts";
import { nearest } from "../suggest.ts";
import { toDiagnostic } from "../to-diagnostic.ts";
import { exists } from "../yaml/positions.ts";
import type { YamlSource } from "../yaml/yaml-source.ts";

/**
 * What is wrong with projects that follow others, each once and at the place where its file says
 * so.
 *
 * @param sourceOf a project's config with the places of what is written, by the project's name
 */
export function arrowDiagnostics(
  arrows: readonly ArrowProblem[],
  environments: readonly Environment[],
  sourceOf: (project: string) => YamlSource | undefined,
): readonly Diagnostic[] {
  const same = Map.groupBy(arrows, (arrow) => {
    const { code, message } = arrowProblem(arrow);
    return JSON.stringify([arrow.project, code, message]);
  });
  return [...same.values()].flatMap((group) => {
    const [first] = group;
    const source = first && sourceOf(first.project);
    if (first === undefined || source === undefined) return [];
    const names = group.map(({ environment }) => environment);
    const problem = arrowProblem(first);
    const where = names.length === environments.length ? "" : ` (in ${names.join(", ")})`;
    const written = (path: Path): Path => {
      const inside = ["environments", first.environment, ...path];
      return exists(source, inside) ? inside : path;
    };
    return [toDiagnostic(source, { ...problem, message: problem.message + where }, written)];
  });
}

function arrowProblem(arrow: ArrowProblem): Problem {
  const path = ["schedule", "after"];
  switch (arrow.kind) {
    case "unknown": {
      const { other, known } = arrow;
      const near = nearest(other, known);
      return {
        code: "config/unknown-project",
        path,
        message: `schedule.after names "${other}", and there is no such project`,
        help: near === undefined ? "write a project's project_name" : `did you mean "${near}"?`,
      };
    }
    case "circle":
      return {
        code: "config/project-cycle",
        path,
        message: `projects wait for each other: ${arrow.circle.join(" waits for ")}`,
        help: "remove one of them from the other's schedule.after",
      };
    default:
      return unreachable(arrow);
  }
}
