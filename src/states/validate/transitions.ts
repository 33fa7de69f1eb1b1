import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { escaped } from "../compile/fields.ts";
import { type Level, problem, type Report } from "./report.ts";

interface Target {
  readonly name: string;
  readonly location: string;
}

/**
 * Checks that every transition leads to a state, that every state can be reached, and that there is
 * an end.
 */
export function validateTransitions(
  startAt: Json | undefined,
  states: JsonObject,
  level: Level,
  report: Report,
): void {
  const code = "MISSING_TRANSITION_TARGET";
  const targets = new Map<string, readonly Target[]>();
  for (const [name, state] of Object.entries(states)) {
    const location = `${level.location}/States/${escaped(name)}`;
    const found = isJsonObject(state) ? targetsOf(state, location) : [];
    targets.set(name, found);
    for (const target of found) {
      if (!Object.hasOwn(states, target.name)) {
        problem(report, target.location, `Missing 'Next' target: ${target.name}`, code);
      }
    }
  }
  if (typeof startAt !== "string") return;
  if (!Object.hasOwn(states, startAt)) {
    problem(report, `${level.location}/StartAt`, `Missing 'StartAt' target: ${startAt}`, code);
    return;
  }
  if (!Object.values(states).some(isEnd)) {
    problem(report, "", "Workflow has no terminal state", "MISSING_END_STATE");
    return;
  }
  const reached = reachable(startAt, targets);
  for (const name of Object.keys(states)) {
    if (!reached.has(name)) {
      const location = `${level.location}/States/${escaped(name)}`;
      problem(report, location, `State "${name}" is not reachable.`, code);
    }
  }
}

function targetsOf(state: JsonObject, location: string): Target[] {
  const targets: Target[] = [];
  const add = (value: Json | undefined, field: string): void => {
    if (typeof value === "string") targets.push({ name: value, location: `${location}/${field}` });
  };
  add(state["Next"], "Next");
  for (const list of ["Choices", "Catch"]) {
    const rules = state[list];
    if (!Array.isArray(rules)) continue;
    for (const [index, rule] of (rules as readonly Json[]).entries()) {
      if (isJsonObject(rule)) add(rule["Next"], `${list}[${index}]/Next`);
    }
  }
  add(state["Default"], "Default");
  return targets;
}

function isEnd(state: Json): boolean {
  if (!isJsonObject(state)) return false;
  return state["End"] === true || state["Type"] === "Succeed" || state["Type"] === "Fail";
}

function reachable(start: string, targets: ReadonlyMap<string, readonly Target[]>): Set<string> {
  const reached = new Set([start]);
  for (const name of reached) {
    for (const target of targets.get(name) ?? []) reached.add(target.name);
  }
  return reached;
}
