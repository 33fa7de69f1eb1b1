import type { Step } from "../model.ts";
import {
  givenOf,
  isLiteral,
  mayMeet,
  patternProblem,
  stepsBefore,
  usesOutputs,
} from "../outputs.ts";
import type { Problem } from "../problem.ts";
import { didYouMean } from "../suggest.ts";
import type { ProjectContext } from "./rule.ts";
import { stepPath } from "./steps.ts";

/** Outputs are below the folder that the step runs in, and so are inputs. */
export function outputsAreInTheFolder({ project }: ProjectContext): Problem[] {
  return project.steps.flatMap((step, index) =>
    (["outputs", "inputs"] as const).flatMap((field) =>
      (step[field] ?? []).flatMap((pattern, position): Problem[] => {
        const problem = patternProblem(pattern);
        if (problem === undefined) return [];
        return [
          {
            code: "config/outputs-path",
            path: stepPath(index, field, position),
            message: `${JSON.stringify(pattern)} ${problem}`,
            help: 'give a path or a glob in the folder that the step runs in, such as "out/", "model.pkl" or "data/*.csv"',
          },
        ];
      }),
    ),
  );
}

/** What a step asks for is left by one that has ended before. */
export function inputsAreLeftBefore({ project }: ProjectContext): Problem[] {
  const { steps } = project;
  if (!usesOutputs(steps)) return [];
  const before = stepsBefore(steps);
  return steps.flatMap((step, index) =>
    (step.inputs ?? []).flatMap((input, position): Problem[] => {
      const earlier = [...(before.get(step.id) ?? [])];
      const path = stepPath(index, "inputs", position);
      const named = steps.find((other) => other.id === input);
      if (named !== undefined && !earlier.includes(named)) {
        return [
          {
            code: "config/inputs-order",
            path,
            message:
              named === step
                ? `step "${step.id}" can't have its own outputs as inputs`
                : `step "${step.id}" asks for what "${input}" leaves, which doesn't come before it`,
            help:
              named === step
                ? "remove the line"
                : `add "${input}" to depends_on of "${step.id}", or remove the line`,
          },
        ];
      }
      if (named !== undefined || patternProblem(input) !== undefined) return [];
      const left = earlier.flatMap((other) => other.outputs ?? []);
      if (left.some((output) => mayMeet(input, output))) return [];
      const ids = earlier.map((other): string => other.id);
      return [
        {
          code: "config/inputs-unknown",
          path,
          message: `no step before "${step.id}" leaves ${JSON.stringify(input)}`,
          help:
            ids.length === 0
              ? "no step comes before it: remove the line"
              : left.length === 0
                ? `declare it under outputs of the step that makes it (${ids.join(", ")})`
                : didYouMean(input, [...ids, ...new Set(left)]),
        },
      ];
    }),
  );
}

/**
 * Where two steps that run side by side leave the same file, nobody knows which of the two the
 * steps after both are given. So it is with a file of a step that runs once an item.
 */
export function outputsDontCollide({ project }: ProjectContext): Problem[] {
  const { steps } = project;
  if (!usesOutputs(steps)) return [];
  const before = stepsBefore(steps);
  const isBefore = (one: Step, other: Step) => before.get(other.id)?.has(one) ?? false;
  const isGiven = (step: Step, one: Step, file: string) =>
    isBefore(one, step) && givenOf(step, one).includes(file);
  const leavers = new Map<string, Step[]>();
  for (const step of steps) {
    for (const file of new Set(step.outputs?.filter(isFile))) {
      leavers.set(file, [...(leavers.get(file) ?? []), step]);
    }
  }
  const problems: Problem[] = [];
  for (const [file, found] of leavers) {
    for (const [at, one] of found.entries()) {
      if (one.forEach && steps.some((step) => isGiven(step, one, file))) {
        problems.push(collision(steps, one, file));
      }
      // The first is enough: the others are seen when it has been corrected.
      const other = found.slice(0, at).find((earlier) => {
        if (isBefore(earlier, one) || isBefore(one, earlier)) return false;
        return steps.some((step) => isGiven(step, one, file) && isGiven(step, earlier, file));
      });
      if (other !== undefined) problems.push(collision(steps, one, file, other));
    }
  }
  return problems;
}

/** One file by its name; of folders and globs it isn't known what will be in them. */
function isFile(pattern: string): boolean {
  return isLiteral(pattern) && !pattern.endsWith("/");
}

function collision(steps: readonly Step[], step: Step, file: string, other?: Step): Problem {
  const place = (one: Step) =>
    stepPath(steps.indexOf(one), "outputs", (one.outputs ?? []).indexOf(file));
  if (other === undefined) {
    return {
      code: "config/outputs-collide",
      path: place(step),
      message: `each item of "${step.id}" leaves ${JSON.stringify(file)}, and the steps after it can't be given them all`,
      help: 'let each item write a file with another name, and declare their folder: "out/"',
    };
  }
  return {
    code: "config/outputs-collide",
    path: place(step),
    message: `"${other.id}" and "${step.id}" both leave ${JSON.stringify(file)}, and neither comes before the other`,
    help: "give the files different names, put the steps in order with depends_on, or narrow what the steps after them are given with inputs",
    related: [{ path: place(other), message: `"${other.id}" leaves it here` }],
  };
}
