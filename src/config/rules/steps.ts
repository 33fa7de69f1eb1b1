import { findCycle } from "../../core/graph.ts";
import type { Path, Problem } from "../problem.ts";
import { didYouMean } from "../suggest.ts";
import type { ProjectContext } from "./rule.ts";

export const STEPS: Path = ["batch", "pipeline", "steps"];

export function stepPath(index: number, ...rest: Path): Path {
  return [...STEPS, index, ...rest];
}

/**
 * A step's id becomes the name of a state (80 characters at most), of a log stream and of a folder.
 */
export function stepIdsFitAws({ project }: ProjectContext): Problem[] {
  return project.steps.flatMap(({ id }, index) =>
    /^[A-Za-z][A-Za-z0-9_-]{0,59}$/.test(id)
      ? []
      : [
          {
            code: "config/step-id",
            path: stepPath(index, "id"),
            message: `${JSON.stringify(id)} can't be the id of a step`,
            help: "use at most 60 letters, digits, hyphens and underscores, starting with a letter; `name` is for people and may be anything",
          },
        ],
  );
}

/** Ids that differ only in case would share a folder on some systems. */
export function stepIdsDiffer({ project }: ProjectContext): Problem[] {
  const first = new Map<string, number>();
  return project.steps.flatMap(({ id }, index): Problem[] => {
    const key = id.toLowerCase();
    const before = first.get(key);
    if (before === undefined) {
      first.set(key, index);
      return [];
    }
    const other = project.steps[before]?.id ?? id;
    return [
      {
        code: "config/duplicate-step",
        path: stepPath(index, "id"),
        message:
          other === id
            ? `two steps have the id "${id}"`
            : `the ids "${other}" and "${id}" differ only in case`,
        help: "give one of them another id",
        related: [{ path: stepPath(before, "id"), message: "the first one is here" }],
      },
    ];
  });
}

/** Steps that are waited for must exist, and be others. */
export function dependenciesExist({ project, config }: ProjectContext): Problem[] {
  const ids = project.steps.map((step) => step.id as string);
  return (config.batch?.pipeline?.steps ?? []).flatMap((step, index) =>
    (step.depends_on ?? []).flatMap((id, position): Problem[] => {
      const path = stepPath(index, "depends_on", position);
      if (id === step.id) {
        return [
          {
            code: "config/depends-on-itself",
            path,
            message: `step "${id}" depends on itself`,
            help: "remove the line",
          },
        ];
      }
      if (ids.includes(id)) return [];
      return [
        {
          code: "config/unknown-step",
          path,
          message: `step "${step.id}" depends on "${id}", which is not a step of this pipeline`,
          help: didYouMean(
            id,
            ids.filter((other) => other !== step.id),
          ),
        },
      ];
    }),
  );
}

/** Steps that wait for each other would never start. */
export function dependenciesHaveNoCycle({ project }: ProjectContext): Problem[] {
  const graph = new Map(
    project.steps.map((step) => [step.id, step.dependsOn.filter((id) => id !== step.id)]),
  );
  // Where two steps share an id it isn't clear who waits for whom.
  if (graph.size < project.steps.length) return [];
  const cycle = findCycle(graph);
  if (!cycle) return [];
  const index = project.steps.findIndex((step) => step.id === cycle[0]);
  return [
    {
      code: "config/cycle",
      path: stepPath(index, "depends_on"),
      message: `steps wait for each other: ${cycle.join(" waits for ")}`,
      help: "remove one of these dependencies; a step without depends_on waits for the one before it in the list",
    },
  ];
}

/** A pipeline without a step does nothing. */
export function pipelineHasSteps({ project, config }: ProjectContext): Problem[] {
  if (project.steps.length > 0) return [];
  const path = config.batch?.pipeline?.steps ? STEPS : ["batch"];
  return [
    {
      code: "config/no-steps",
      severity: "warning",
      path,
      at: "key",
      message: "the project has neither steps nor a main.py: there is nothing to run",
      help: "add steps under batch.pipeline, or a main.py, which is then the only step",
    },
  ];
}

/** A wait can't be longer at first than it may ever be. */
export function retryWaitsFit({ config }: ProjectContext): Problem[] {
  return (config.batch?.pipeline?.steps ?? []).flatMap(({ retry }, index): Problem[] => {
    const first = retry?.interval_seconds;
    const most = retry?.max_interval_seconds;
    if (first === undefined || most === undefined || first <= most) return [];
    return [
      {
        code: "config/retry-interval",
        path: stepPath(index, "retry", "max_interval_seconds"),
        message: `max_interval_seconds (${most}) is less than interval_seconds (${first})`,
        help: "raise the one or lower the other",
        related: [
          {
            path: stepPath(index, "retry", "interval_seconds"),
            message: "the first wait is set here",
          },
        ],
      },
    ];
  });
}
