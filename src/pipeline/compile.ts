import { itemsPlaces } from "../config/events.ts";
import type { Project, Step } from "../config/model.ts";
import { tasksAtOnce } from "../config/places.ts";
import type { JsonObject } from "../core/json.ts";
import { parallelName } from "../core/state-names.ts";
import { unreachable } from "../core/unreachable.ts";
import { expression } from "./jsonata.ts";
import { ownPipeline } from "./own-definition.ts";
import { prologue } from "./prologue.ts";
import { shapeOf, type Shape } from "./shape.ts";
import { stepStart, stepStates, type Where } from "./step-states.ts";
import type { CompileTarget } from "./step-task.ts";
import { runSeconds } from "./time-limits.ts";

/**
 * Compiles a project's steps to one state machine in the Amazon States Language (JSONata), the same
 * for AWS and for this machine. What only a deploy knows is in it as `${placeholder}`. The same
 * project gives the same bytes. `docs/reference/pipeline.md` describes what comes out.
 *
 * @returns the definition; undefined for a project without steps, for which there is nothing to run
 */
export function compilePipeline(written: Project, target: CompileTarget): JsonObject | undefined {
  if (written.steps.length === 0) return undefined;
  const project = { ...written, steps: written.steps.map((step) => fitted(step, target)) };
  if (project.definition !== undefined) return ownPipeline(project, project.definition, target);
  const shape = numbered(shapeOf(project.steps), { parallels: 0 });
  const { start, states } = prologue(project, entryOf(shape));
  return {
    Comment: `${project.name}, compiled by Esteira`,
    QueryLanguage: "JSONata",
    StartAt: start,
    TimeoutSeconds: runSeconds(shape, itemsPlaces(project.steps)),
    States: { ...states, ...statesOf(project, shape, target, { End: true }) },
  };
}

/** A step with no more items at a time than the instances hold. */
function fitted(step: Step, { compute, atOnce = Infinity }: CompileTarget): Step {
  if (step.forEach === undefined) return step;
  const holds = compute === undefined ? atOnce : tasksAtOnce(step.resources, compute);
  const fit = Math.max(1, holds ?? Infinity);
  const maxConcurrency = Math.min(step.forEach.maxConcurrency, fit);
  return { ...step, forEach: { ...step.forEach, maxConcurrency } };
}

/** A shape whose Parallels have their names: they are needed before their states are made. */
type Named =
  | Extract<Shape, { kind: "step" }>
  | { readonly kind: "series"; readonly parts: readonly Named[] }
  | { readonly kind: "parallel"; readonly parts: readonly Named[]; readonly name: string };

function numbered(shape: Shape, counter: { parallels: number }): Named {
  if (shape.kind === "step") return shape;
  if (shape.kind === "series") {
    return { kind: "series", parts: shape.parts.map((part) => numbered(part, counter)) };
  }
  counter.parallels += 1;
  const name = parallelName(counter.parallels);
  return { kind: "parallel", name, parts: shape.parts.map((part) => numbered(part, counter)) };
}

function entryOf(shape: Named): string {
  switch (shape.kind) {
    case "step":
      return stepStart(shape.step);
    case "parallel":
      return shape.name;
    case "series": {
      const [first] = shape.parts;
      if (!first) throw new Error("a series has parts");
      return entryOf(first);
    }
    default:
      return unreachable(shape);
  }
}

function statesOf(project: Project, shape: Named, target: CompileTarget, where: Where): JsonObject {
  switch (shape.kind) {
    case "step":
      return stepStates(project, shape.step, target, where);
    case "series":
      return Object.assign(
        {},
        ...shape.parts.map((part, index) => {
          const after = shape.parts[index + 1];
          return statesOf(project, part, target, after ? { Next: entryOf(after) } : where);
        }),
      ) as JsonObject;
    case "parallel":
      return {
        [shape.name]: {
          Type: "Parallel",
          Branches: shape.parts.map((part) => ({
            StartAt: entryOf(part),
            States: statesOf(project, part, target, { End: true }),
          })),
          // The branches' results are dropped, so that a state's input stays small.
          Output: expression("$states.input"),
          ...where,
        },
      };
    default:
      return unreachable(shape);
  }
}
