import { CHECK_EXPECTED, lastStep, parseCheckRule } from "../checks.ts";
import type { Path, Problem } from "../problem.ts";
import type { RawCheck } from "../schema/schema-checks.ts";
import { didYouMean } from "../suggest.ts";
import type { ProjectContext } from "./rule.ts";

/** Every rule is one that can be judged. */
export function checksAreUnderstood({ config }: ProjectContext): Problem[] {
  return Object.entries(config.checks ?? {}).flatMap(([metric, written]): Problem[] => {
    const rule = ruleOf(written);
    if (parseCheckRule(rule) !== undefined) return [];
    return [
      {
        code: "config/check-rule",
        path: rulePath(metric, written),
        message: `the check of ${metric} is ${JSON.stringify(rule)}, not a comparison`,
        help: `write ${CHECK_EXPECTED}`,
      },
    ];
  });
}

/** Who leaves a metric is known, or one step at the end sees that nobody did. */
export function checksNameSteps({ config, project }: ProjectContext): Problem[] {
  const ids = project.steps.map(({ id }): string => id);
  const ends = lastStep(project.steps) !== undefined;
  return Object.entries(config.checks ?? {}).flatMap(([metric, written]): Problem[] => {
    const step = typeof written === "string" ? undefined : written.step;
    if (step === undefined) {
      if (ends || ids.length === 0) return [];
      return [
        {
          code: "config/check-step",
          path: ["checks", metric],
          at: "key",
          message: `nobody knows which step leaves ${metric}: several steps end this pipeline`,
          help: `say which does: ${metric}: {rule: ${JSON.stringify(ruleOf(written))}, step: ${ids[0]}}`,
        },
      ];
    }
    if (ids.includes(step)) return [];
    return [
      {
        code: "config/check-step",
        path: ["checks", metric, "step"],
        message: `the check of ${metric} names "${step}", and this project has no such step`,
        help: didYouMean(step, ids),
      },
    ];
  });
}

function rulePath(metric: string, written: RawCheck): Path {
  return typeof written === "string" ? ["checks", metric] : ["checks", metric, "rule"];
}

function ruleOf(written: RawCheck): string {
  return typeof written === "string" ? written : written.rule;
}
