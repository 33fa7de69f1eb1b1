import type { JsonObject } from "../../core/json.ts";
import type { Machine, QueryLanguage, State } from "../machine.ts";
import type { DefinitionProblem } from "../types.ts";
import { type Base, handled, resultFlow } from "./handlers.ts";
import { escaped, pathField, template, type Place } from "./fields.ts";
import { compileChoice } from "./choice.ts";
import { compileMap } from "./map.ts";
import { compileFail, compilePass, compileSucceed, compileTask, compileWait } from "./states.ts";

/**
 * Compiles a definition whose shape has been checked. Expressions and paths that don't parse are
 * added to `problems`.
 */
export function compileMachine(
  definition: JsonObject,
  problems: DefinitionProblem[],
  location = "",
  language: QueryLanguage = "JSONPath",
): Machine {
  const own = languageOf(definition, language);
  const states = new Map<string, State>();
  for (const [name, value] of Object.entries(definition["States"] as JsonObject)) {
    const state = value as JsonObject;
    const place: Place = {
      language: languageOf(state, own),
      location: `${location}/States/${escaped(name)}`,
      within: "",
      problems,
    };
    states.set(name, compileState(name, state, place, own));
  }
  const timeout = definition["TimeoutSeconds"];
  return {
    startAt: definition["StartAt"] as string,
    states,
    timeoutSeconds: typeof timeout === "number" ? timeout : undefined,
  };
}

function languageOf(object: JsonObject, around: QueryLanguage): QueryLanguage {
  const own = object["QueryLanguage"];
  return own === "JSONata" || own === "JSONPath" ? own : around;
}

function compileState(name: string, state: JsonObject, place: Place, around: QueryLanguage): State {
  const next = state["Next"];
  const base: Base = {
    name,
    language: place.language,
    next: typeof next === "string" ? next : undefined,
    inputPath: pathField(place, state, "InputPath"),
    outputPath: pathField(place, state, "OutputPath"),
    assign: template(place, state, "Assign"),
    output: place.language === "JSONata" ? template(place, state, "Output") : undefined,
  };
  switch (state["Type"]) {
    case "Pass":
      return compilePass(base, state, place);
    case "Task":
      return compileTask(base, state, place);
    case "Choice":
      return compileChoice(base, state, place);
    case "Wait":
      return compileWait(base, state, place);
    case "Succeed":
      return compileSucceed(base);
    case "Fail":
      return compileFail(base, state, place);
    case "Parallel":
      return {
        ...base,
        ...resultFlow(state, place),
        ...handled(state, place),
        kind: "parallel",
        entered: "ParallelStateEntered",
        exited: "ParallelStateExited",
        arguments: template(place, state, "Arguments"),
        branches: (state["Branches"] as readonly JsonObject[]).map((branch, index) =>
          compileMachine(branch, place.problems, `${place.location}/Branches[${index}]`, around),
        ),
      };
    default:
      return compileMap(base, state, place, (field) =>
        compileMachine(
          state[field] as JsonObject,
          place.problems,
          `${place.location}/${field}`,
          around,
        ),
      );
  }
}
