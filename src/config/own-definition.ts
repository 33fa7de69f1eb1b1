import type { SourceLocation } from "../core/diagnostic.ts";
import { isJsonObject, type Json, type JsonObject } from "../core/json.ts";
import { jsonPlaces, placeInJson } from "./yaml/json-source.ts";
import type { OwnDefinition } from "./model.ts";
import { sourceRange } from "./yaml/source-range.ts";

/** A state of a definition of one's own, wherever in it. */
export interface OwnState {
  readonly name: string;
  readonly state: JsonObject;
  /** `/States/All/Branches[0]/States/Score` */
  readonly location: string;
  /** The step that it runs: its `Resource` is `${step:ID}`. */
  readonly step: string | undefined;
  /** In a Map whose items run in separate executions. */
  readonly distributed: boolean;
}

const STEP = /^\$\{step:([^}]*)\}$/;

/** The step that is written as a text: `${step:score}`. */
export function stepNamedBy(text: Json | undefined): string | undefined {
  return typeof text === "string" ? STEP.exec(text)?.[1] : undefined;
}

/** All states of a machine, those of branches and of Maps among them. */
export function statesOfMachine(machine: JsonObject, at = "", distributed = false): OwnState[] {
  const states = isJsonObject(machine["States"]) ? machine["States"] : {};
  return Object.entries(states).flatMap(([name, state]): OwnState[] => {
    if (!isJsonObject(state)) return [];
    const location = `${at}/States/${name}`;
    const step = state["Type"] === "Task" ? stepNamedBy(state["Resource"]) : undefined;
    const inner = innerMachines(state).flatMap(({ field, inner: machine, isDistributed }) =>
      statesOfMachine(machine, `${location}/${field}`, distributed || isDistributed),
    );
    return [{ name, state, location, step, distributed }, ...inner];
  });
}

/** The machines that a state holds, by their field: `Branches[0]`, `ItemProcessor`. */
export function innerMachines(
  state: JsonObject,
): { readonly field: string; readonly inner: JsonObject; readonly isDistributed: boolean }[] {
  const branches = Array.isArray(state["Branches"]) ? (state["Branches"] as readonly Json[]) : [];
  return [
    ...branches.map((inner, index) => ({ field: `Branches[${index}]`, inner })),
    ...["ItemProcessor", "Iterator"].map((field) => ({ field, inner: state[field] })),
  ].flatMap(({ field, inner }) => {
    if (!isJsonObject(inner)) return [];
    const config = inner["ProcessorConfig"];
    const isDistributed = isJsonObject(config) && config["Mode"] === "DISTRIBUTED";
    return [{ field, inner, isDistributed }];
  });
}

/** A place of a definition (`/States/Score/Next`) in the file that it comes from. */
export function placeInDefinition(
  directory: string,
  definition: OwnDefinition,
  location: string,
): SourceLocation {
  const file = `${directory}/${definition.file}`;
  const places = jsonPlaces(definition.text);
  if (!places.ok) return { file };
  const { start, end } = placeInJson(places.value, location);
  return { file, range: sourceRange(definition.text, start, end) };
}
