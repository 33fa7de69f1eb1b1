import type { SourceLocation } from "../../core/diagnostic.ts";
import { isJsonObject, type Json } from "../../core/json.ts";
import { readJsonObject } from "../yaml/json-source.ts";
import { placeInDefinition, statesOfMachine, type OwnState } from "../own-definition.ts";
import type { Problem } from "../problem.ts";
import { sourceRange } from "../yaml/source-range.ts";
import { didYouMean } from "../suggest.ts";
import { fileProblem } from "./files.ts";
import type { ProjectContext } from "./rule.ts";
import { stepPath } from "./steps.ts";

const PATH = ["batch", "pipeline", "definition"];

/** A definition of one's own is a JSON file of the project. */
export function definitionIsJson({ project, files }: ProjectContext): Problem[] {
  const { definition, directory } = project;
  if (definition === undefined) return [];
  const bad = fileProblem(files, definition.file, PATH, "config/missing-definition");
  if (bad) return [bad];
  const read = readJsonObject(definition.text);
  if (read.ok) return [];
  const { message, offset } = read.error;
  return [
    {
      code: "definition/syntax",
      path: PATH,
      location: {
        file: `${directory}/${definition.file}`,
        range: sourceRange(definition.text, offset, offset + 1),
      },
      message: `this is not a definition in JSON: ${message}`,
      help: "correct it here or just before",
    },
  ];
}

/** Each step is in the definition once, as the Resource of a Task: `${step:ID}`. */
export function definitionHasTheSteps({ project }: ProjectContext): Problem[] {
  const own = readable(project);
  if (own === undefined) return [];
  const { states, problem } = own;
  const ids = project.steps.map((step) => step.id as string);
  const first = new Map<string, OwnState>();
  const problems: Problem[] = [];
  for (const one of states) {
    const { step } = one;
    if (step === undefined) continue;
    const at = `${one.location}/Resource`;
    const before = first.get(step);
    if (!ids.includes(step)) {
      problems.push(
        problem("definition/unknown-step", at, {
          message: `"${step}" is not a step of this project`,
          help: ids.length === 0 ? "declare it under batch.pipeline.steps" : didYouMean(step, ids),
        }),
      );
    } else if (before !== undefined) {
      problems.push(
        problem("definition/repeated-step", at, {
          message: `step "${step}" is in the definition twice`,
          help: "lead both ways to one state, or declare a second step with the same command",
        }),
      );
    } else first.set(step, one);
  }
  for (const [index, step] of project.steps.entries()) {
    if (first.has(step.id)) continue;
    problems.push({
      code: "definition/missing-step",
      path: stepPath(index, "id"),
      message: `step "${step.id}" is nowhere in the definition, so it would never run`,
      help: `give a Task of ${own.file} the Resource "\${step:${step.id}}", or remove the step`,
    });
  }
  return problems;
}

/** What a step's state may not say itself, and where it may not be. */
export function definitionLeavesTasksToSteps({ project }: ProjectContext): Problem[] {
  const own = readable(project);
  if (own === undefined) return [];
  const { states, problem } = own;
  const ids = new Set<string>(project.steps.map((step) => step.id));
  return states.flatMap((one): Problem[] => {
    const problems: Problem[] = [];
    if (one.step !== undefined) {
      for (const field of ["Arguments", "Parameters", "Credentials"]) {
        if (!(field in one.state)) continue;
        problems.push(
          problem("definition/step-field", `${one.location}/${field}`, {
            message: `${field} of a step's state comes from the step`,
            help: "remove it; command, resources and variables are declared under batch.pipeline.steps",
          }),
        );
      }
      if (one.distributed) {
        problems.push(
          problem("definition/step-place", `${one.location}/Resource`, {
            message:
              "a step can't run in a distributed Map: its attempts would be in other histories",
            help: 'use the Map mode "INLINE"',
          }),
        );
      }
    } else {
      for (const [field, value] of Object.entries(one.state)) {
        if (isInner(field) || !mentionsStep(value)) continue;
        problems.push(
          problem("definition/step-place", `${one.location}/${field}`, {
            message: "${step:…} is where no step can run",
            help: "it can only be the whole Resource of a Task",
          }),
        );
      }
    }
    if (ids.has(one.name) && one.name !== one.step) {
      problems.push(
        problem("definition/name", one.location, {
          message: `the state is named as step "${one.name}", which it doesn't run`,
          help: "give it another name: steps are shown by theirs",
        }),
      );
    }
    return problems;
  });
}

/** A definition has its own Maps. */
export function definitionReplacesForEach({ project }: ProjectContext): Problem[] {
  if (project.definition === undefined) return [];
  return project.steps.flatMap((step, index): Problem[] =>
    step.forEach === undefined
      ? []
      : [
          {
            code: "definition/for-each",
            path: stepPath(index, "for_each"),
            at: "key",
            message: "for_each has no effect in a definition of one's own",
            help: `put a Map around the state of "${step.id}" in the definition`,
          },
        ],
  );
}

function isInner(field: string): boolean {
  return field === "Branches" || field === "ItemProcessor" || field === "Iterator";
}

function mentionsStep(value: Json): boolean {
  if (typeof value === "string") return value.includes("${step:");
  if (Array.isArray(value)) return (value as readonly Json[]).some(mentionsStep);
  return isJsonObject(value) && Object.values(value).some(mentionsStep);
}

interface Readable {
  readonly file: string;
  readonly states: readonly OwnState[];
  readonly problem: (
    code: string,
    location: string,
    text: { readonly message: string; readonly help: string },
  ) => Problem;
}

/** Undefined where there is no definition, or none that can be read. */
function readable({ definition, directory }: ProjectContext["project"]): Readable | undefined {
  if (definition === undefined || !readJsonObject(definition.text).ok) return undefined;
  const place = (location: string): SourceLocation =>
    placeInDefinition(directory, definition, location);
  return {
    file: definition.file,
    states: statesOfMachine(definition.value),
    problem: (code, location, text) => ({ code, path: PATH, location: place(location), ...text }),
  };
}
