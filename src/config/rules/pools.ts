import type { Problem } from "../problem.ts";
import { didYouMean } from "../suggest.ts";
import type { EnvironmentContext, ProjectContext } from "./rule.ts";
import { stepPath } from "./steps.ts";

/** A step's pools are those of `esteira.yaml`. */
export function poolsExist({ project, environment }: EnvironmentContext): Problem[] {
  const known = Object.keys(environment.pools ?? {});
  return project.steps.flatMap((step, index) =>
    (step.pools ?? []).flatMap((pool, position): Problem[] => {
      if (known.includes(pool)) return [];
      return [
        {
          code: "config/unknown-pool",
          path: stepPath(index, "pools", position),
          message: `esteira.yaml has no pool "${pool}"`,
          help:
            known.length === 0
              ? `add it to esteira.yaml: \`pools: { ${pool}: 1 }\``
              : didYouMean(pool, known),
        },
      ];
    }),
  );
}

/** In a definition of the project's own we add no states around a step. */
export function poolsNeedOurOrder({ project }: ProjectContext): Problem[] {
  if (project.definition === undefined) return [];
  return project.steps.flatMap((step, index): Problem[] =>
    (step.pools ?? []).length === 0
      ? []
      : [
          {
            code: "config/pools-definition",
            path: stepPath(index, "pools"),
            message: `step "${step.id}" can't have pools in a definition of the project's own`,
            help: "remove `pools`, or let `depends_on` say the order instead of `definition`",
          },
        ],
  );
}
