import type { OwnDefinition, Project, Step } from "../config/model.ts";
import { innerMachines, stepNamedBy } from "../config/own-definition.ts";
import { isJsonObject, type Json, type JsonObject } from "../core/json.ts";
import { stateName } from "../core/state-names.ts";
import { expression, quote, type QueryLanguage } from "./jsonata.ts";
import { escapePlaceholders } from "./placeholder.ts";
import { parted, retriersOf } from "./retries.ts";
import { prologue } from "./prologue.ts";
import { guard, stepStart } from "./step-states.ts";
import { stepTask, type CompileTarget } from "./step-task.ts";
import {
  failing,
  failureStates,
  isJudged,
  judgedErrors,
  noTries,
  variableRecord,
  type VariableRecord,
} from "./tries.ts";

/**
 * Compiles a definition of the project's own: each Task whose `Resource` is `${step:ID}` becomes
 * the step's, behind the same guard as in a compiled pipeline, and the prologue comes first.
 * Everything else stays as its author wrote it.
 *
 * The state's own `TimeoutSeconds` and `Retry` take the place of the step's; so does what it makes
 * of the result.
 */
export function ownPipeline(
  project: Project,
  definition: OwnDefinition,
  target: CompileTarget,
): JsonObject {
  const { value } = definition;
  const language: QueryLanguage = value["QueryLanguage"] === "JSONata" ? "JSONata" : "JSONPath";
  const machine = withSteps(asWritten(value), { project, target, language });
  const start = machine["StartAt"];
  const opening = prologue(project, typeof start === "string" ? start : "");
  return {
    ...machine,
    StartAt: opening.start,
    States: {
      ...Object.fromEntries(
        Object.entries(opening.states).map(([name, state]) => [
          name,
          isJsonObject(state) ? inJsonata(state, language) : state,
        ]),
      ),
      ...objectOf(machine["States"]),
    },
  };
}

interface Around {
  readonly project: Project;
  readonly target: CompileTarget;
  /** Of states that don't say. */
  readonly language: QueryLanguage;
}

function withSteps(machine: JsonObject, around: Around): JsonObject {
  const states: Record<string, Json> = {};
  /** Where those continue that point to a step's state: to the choice whether it runs. */
  const guards = new Map<string, string>();
  /** Those of ours that go to a step's state itself. */
  const untouched = new Set<string>();
  for (const [name, state] of Object.entries(objectOf(machine["States"]))) {
    const step = isJsonObject(state) ? stepOf(state, around.project) : undefined;
    if (!isJsonObject(state)) states[name] = state;
    else if (step === undefined) states[name] = withInnerSteps(state, around);
    else {
      guards.set(name, stepStart(step));
      untouched.add(stepStart(step));
      const { task, begin, helpers } = withTries(name, taskOf(state, step, around), step, around);
      states[stepStart(step)] = inJsonata(guard(step, name, begin), around.language);
      states[name] = task;
      Object.assign(states, helpers.states);
      for (const helper of helpers.untouched) untouched.add(helper);
      states[stateName("skip", step.id)] = {
        Type: "Pass",
        ...(state["Next"] === undefined ? { End: true } : { Next: state["Next"] }),
      };
    }
  }
  const guardOf = (name: Json): Json =>
    typeof name === "string" ? (guards.get(name) ?? name) : name;
  const led = Object.entries(states).map(([name, state]) => [
    name,
    isJsonObject(state) && !untouched.has(name) ? redirected(state, guardOf) : state,
  ]);
  return {
    ...machine,
    ...(machine["StartAt"] === undefined ? {} : { StartAt: guardOf(machine["StartAt"]) }),
    States: Object.fromEntries(led) as JsonObject,
  };
}

/**
 * Puts what is decided when a step's task fails around the author's state. The author's `Retry` is
 * applied after it, rule by rule, and the author's `Catch` gets the very failure, from a Parallel
 * that does nothing but fail: a Fail can't be caught.
 */
function withTries(
  name: string,
  { Retry: written, ...task }: JsonObject,
  step: Step,
  { project, language }: Around,
): {
  readonly task: JsonObject;
  readonly begin: JsonObject;
  readonly helpers: { readonly states: JsonObject; readonly untouched: readonly string[] };
} {
  const retriers = Array.isArray(written) ? parted(written as readonly Json[]) : retriersOf(step);
  const kept = retriers.kept.length === 0 ? {} : { Retry: retriers.kept };
  if (!isJudged(step, retriers))
    return { task: { ...task, ...kept }, begin: {}, helpers: { states: {}, untouched: [] } };
  const record = variableRecord(project.steps.indexOf(step) + 1);
  const own: readonly Json[] = Array.isArray(task["Catch"])
    ? (task["Catch"] as readonly Json[])
    : [];
  const catcher = {
    ErrorEquals: judgedErrors(retriers),
    ...(languageOf(task, language) === "JSONata"
      ? {
          ...record.write(`$merge([${record.read}, $states.errorOutput])`),
          Output: expression("$states.input"),
        }
      : {
          Assign: { [`${record.name}.$`]: `States.JsonMerge($${record.name}, $, false)` },
          ResultPath: null,
        }),
    Next: stateName("judge", step.id),
  };
  const giveUp =
    own.length === 0
      ? inJsonata(failing(record), language)
      : caughtFailure(step, record, own, task, language);
  const { [stateName("give-up", step.id)]: _giveUp, ...deciding } = failureStates(
    step,
    name,
    record,
    retriers,
    giveUp,
  );
  return {
    // States.ALL has to be the last; it leaves nothing to those after it anyway.
    task: {
      ...task,
      ...kept,
      Catch: catcher.ErrorEquals.includes("States.ALL") ? [catcher] : [catcher, ...own],
    },
    begin: record.write(quote(noTries(retriers.judged))),
    helpers: {
      states: {
        ...Object.fromEntries(
          Object.entries(deciding).map(([helper, state]) => [
            helper,
            inJsonata(objectOf(state), language),
          ]),
        ),
        // Where it continues after that is the author's.
        [stateName("give-up", step.id)]: giveUp,
      },
      untouched: Object.keys(deciding),
    },
  };
}

/** Fails as the task failed, where the author's Catch sees it as if it were the Task. */
function caughtFailure(
  step: Step,
  record: VariableRecord,
  catchers: readonly Json[],
  task: JsonObject,
  language: QueryLanguage,
): JsonObject {
  const fail = stateName("rethrow", step.id);
  return {
    Type: "Parallel",
    ...(task["QueryLanguage"] === undefined ? {} : { QueryLanguage: task["QueryLanguage"] }),
    Branches: [{ StartAt: fail, States: { [fail]: inJsonata(failing(record), language) } }],
    Catch: catchers,
    End: true,
  };
}

function languageOf(state: JsonObject, language: QueryLanguage): QueryLanguage {
  const own = state["QueryLanguage"];
  return own === "JSONata" || own === "JSONPath" ? own : language;
}

function stepOf(state: JsonObject, project: Project): Step | undefined {
  const id = state["Type"] === "Task" ? stepNamedBy(state["Resource"]) : undefined;
  return id === undefined ? undefined : project.steps.find((step) => step.id === id);
}

function withInnerSteps(state: JsonObject, around: Around): JsonObject {
  const inner = innerMachines(state);
  if (inner.length === 0) return state;
  const made = new Map(
    inner.map(({ field, inner: machine }) => [field, withSteps(machine, around)]),
  );
  const fields: Record<string, Json> = { ...state };
  for (const [field, machine] of made) if (field in state) fields[field] = machine;
  if (Array.isArray(state["Branches"])) {
    fields["Branches"] = (state["Branches"] as readonly Json[]).map(
      (branch, index) => made.get(`Branches[${index}]`) ?? branch,
    );
  }
  return fields;
}

/** The state as its author wrote it, with the step's Task in it. */
function taskOf(state: JsonObject, step: Step, { project, target, language }: Around): JsonObject {
  const written = languageOf(state, language);
  const task: Record<string, Json> = { ...stepTask(project, step, target, { language: written }) };
  const says = (...fields: readonly string[]): boolean => fields.some((field) => field in state);
  if (says("TimeoutSecondsPath")) delete task["TimeoutSeconds"];
  if (says("ResultSelector", "OutputPath")) delete task["ResultPath"];
  const comment = step.name === step.id ? {} : { Comment: escapePlaceholders(step.name) };
  return { ...comment, ...task, ...state, Resource: task["Resource"] ?? null };
}

/** Points every transition to a step's state to what decides whether the step runs. */
function redirected(state: JsonObject, guardOf: (name: Json) => Json): JsonObject {
  const next = (holder: JsonObject): JsonObject =>
    holder["Next"] === undefined ? holder : { ...holder, Next: guardOf(holder["Next"]) };
  const each = (field: string): JsonObject =>
    Array.isArray(state[field])
      ? {
          [field]: (state[field] as readonly Json[]).map((rule) =>
            isJsonObject(rule) ? next(rule) : rule,
          ),
        }
      : {};
  return {
    ...next(state),
    ...(state["Default"] === undefined ? {} : { Default: guardOf(state["Default"]) }),
    ...each("Choices"),
    ...each("Catch"),
  };
}

/** A state of ours says its language where it isn't the machine's. */
function inJsonata(state: JsonObject, language: QueryLanguage): JsonObject {
  return language === "JSONata" ? state : { ...state, QueryLanguage: "JSONata" };
}

/** The author's texts, in which nothing is a place for a deploy to fill. */
function asWritten(object: JsonObject): JsonObject {
  const keep = (value: Json): Json => {
    if (typeof value === "string") {
      return stepNamedBy(value) === undefined ? escapePlaceholders(value) : value;
    }
    if (Array.isArray(value)) return (value as readonly Json[]).map(keep);
    return isJsonObject(value) ? asWritten(value) : value;
  };
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, keep(value)]));
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
