import type { Diagnostic, RelatedLocation } from "../../core/diagnostic.ts";
import { unreachable } from "../../core/unreachable.ts";
import type { Arrow, ArrowProblem } from "../arrows.ts";
import type { Environment } from "../model.ts";
import type { Path, Problem } from "../problem.ts";
import { nearest } from "../suggest.ts";
import { toDiagnostic } from "../to-diagnostic.ts";
import { exists, rangeOf } from "../yaml/positions.ts";
import type { YamlSource } from "../yaml/yaml-source.ts";

/** A project's config with the places of what is written, by the project's name. */
type SourceOf = (project: string) => YamlSource | undefined;

/**
 * What is wrong with projects that wait for others, each once and at the place where its file says
 * so.
 */
export function arrowDiagnostics(
  arrows: readonly ArrowProblem[],
  environments: readonly Environment[],
  sourceOf: SourceOf,
): readonly Diagnostic[] {
  const same = Map.groupBy(arrows, (arrow) => {
    const { code, message } = arrowProblem(arrow, () => undefined);
    return JSON.stringify([arrow.project, code, message]);
  });
  return [...same.values()].flatMap((group) => {
    const [first] = group;
    const source = first && sourceOf(first.project);
    if (first === undefined || source === undefined) return [];
    const names = group.map(({ environment }) => environment);
    const problem = arrowProblem(first, sourceOf);
    const where = names.length === environments.length ? "" : ` (in ${names.join(", ")})`;
    const written = (path: Path): Path => writtenPath(source, first.environment, path);
    return [toDiagnostic(source, { ...problem, message: problem.message + where }, written)];
  });
}

/** Where a value of the merged config was written. */
function writtenPath(source: YamlSource, environment: string, path: Path): Path {
  const inside = ["environments", environment, ...path];
  return exists(source, inside) ? inside : path;
}

function arrowProblem(arrow: ArrowProblem, sourceOf: SourceOf): Problem {
  switch (arrow.kind) {
    case "unknown": {
      const { other, known } = arrow;
      const near = nearest(other, known);
      return {
        code: "config/unknown-project",
        path: AFTER,
        message: `schedule.after names "${other}", and there is no such project`,
        help: near === undefined ? "write a project's project_name" : `did you mean "${near}"?`,
      };
    }
    case "circle":
      return circleProblem(arrow, sourceOf);
    default:
      return unreachable(arrow);
  }
}

/** The whole circle: each of its arrows with the place where a file says so. */
function circleProblem(
  { circle, environment }: Extract<ArrowProblem, { kind: "circle" }>,
  sourceOf: SourceOf,
): Problem {
  const place = (project: string, path: Path, message: string): RelatedLocation[] => {
    const source = sourceOf(project);
    if (source === undefined) return [];
    const range = rangeOf(source, writtenPath(source, environment, path));
    const { file } = source;
    return [{ message, location: range === undefined ? { file } : { file, range } }];
  };
  const elsewhere = circle.flatMap((arrow, index) => {
    const { from, to, data } = arrow;
    return [
      ...(index === 0 ? [] : place(from, pathOf(arrow), waits(arrow))),
      ...(data?.position === undefined
        ? []
        : place(to, ["publishes", data.position, "uri"], `${to} publishes it here`)),
    ];
  });
  const [first] = circle;
  return {
    code: "config/project-cycle",
    path: first === undefined ? AFTER : pathOf(first),
    message: `projects wait for each other: ${circle.map(waits).join(", ")}`,
    help: remedies(circle).join(", or "),
    ...(elsewhere.length === 0 ? {} : { elsewhere }),
  };
}

function remedies(circle: readonly Arrow[]): readonly string[] {
  return [
    ...(circle.some(({ data }) => data === undefined)
      ? ["remove one of them from the other's schedule.after"]
      : []),
    ...(circle.some(({ data }) => data !== undefined)
      ? ["let schedule.on of one of them name a place that no other writes to"]
      : []),
  ];
}

function waits({ from, to, data }: Arrow): string {
  if (data === undefined) return `${from} waits for ${to}`;
  const what = data.position === undefined ? "artifacts" : "data";
  return `${from} waits for ${what} of ${to} in ${data.uri}`;
}

const AFTER: Path = ["schedule", "after"];

function pathOf({ data }: Arrow): Path {
  if (data === undefined) return AFTER;
  return ["schedule", "on", data.uri.startsWith("s3:") ? "s3" : "files"];
}
