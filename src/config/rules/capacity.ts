import { layers } from "../../core/graph.ts";
import type { Step } from "../model.ts";
import { placedAtOnce, tasksAtOnce } from "../places.ts";
import type { Problem } from "../problem.ts";
import type { EnvironmentContext } from "./rule.ts";
import { stepPath, STEPS } from "./steps.ts";

/** Tasks beyond what the instances hold wait for room: worth knowing, and no mistake. */
export function tasksFitCapacity(context: EnvironmentContext): Problem[] {
  if (context.environment.platform !== "aws") return [];
  return [...itemsAtOnce(context), ...stepsAtOnce(context)];
}

function itemsAtOnce({ project, config }: EnvironmentContext): Problem[] {
  const written = config.batch?.pipeline?.steps ?? [];
  return project.steps.flatMap((step, index): Problem[] => {
    const wanted = written[index]?.for_each?.max_concurrency;
    const fit = tasksAtOnce(step.resources, project.compute);
    if (wanted === undefined || fit === undefined || fit === 0 || wanted <= fit) return [];
    return [
      {
        code: "config/more-than-fits",
        severity: "warning",
        path: stepPath(index, "for_each", "max_concurrency"),
        message: `step "${step.id}" wants ${wanted} tasks at a time, and ${instances(project)} hold ${fit}: no more than that are started`,
        help: "raise max_quantity, choose a larger type, or let the step ask for less",
      },
    ];
  });
}

/** Steps that no dependency keeps apart. */
function stepsAtOnce({ project }: EnvironmentContext): Problem[] {
  const byId = new Map(project.steps.map((step) => [step.id, step]));
  const graph = new Map(
    project.steps.map((step) => [
      step,
      step.dependsOn.flatMap((id): Step[] => {
        const before = byId.get(id);
        return before === undefined ? [] : [before];
      }),
    ]),
  );
  return layers(graph).flatMap((layer): Problem[] => {
    const fit = placedAtOnce(
      layer.map(({ resources }) => resources),
      project.compute,
    );
    // One that fits nowhere has an error by itself.
    const tooBig = layer.some((step) => tasksAtOnce(step.resources, project.compute) === 0);
    if (fit === undefined || tooBig || fit >= layer.length) return [];
    const [first] = layer;
    const index = first === undefined ? 0 : project.steps.indexOf(first);
    return [
      {
        code: "config/more-than-fits",
        severity: "warning",
        path: first === undefined ? STEPS : stepPath(index),
        at: "key",
        message: `${layer.map(({ id }) => id).join(", ")} run side by side, and ${instances(project)} hold ${fit} of them at once: the others wait`,
        help: "raise max_quantity, choose a larger type, or let the steps ask for less",
      },
    ];
  });
}

function instances({ compute }: EnvironmentContext["project"]): string {
  const { instanceTypes, maxQuantity } = compute;
  return `${maxQuantity} ${instanceTypes.join(" or ")}`;
}
