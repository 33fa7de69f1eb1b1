import type { Json } from "../../core/json.ts";
import type { Machine, State, Variables } from "../machine.ts";
import { ask } from "./ask.ts";
import { contextOf } from "./context.ts";
import type { Chapter, Engine, Group, MapItem, Thread } from "./model.ts";
import { randomNumber, uuidOf } from "./random.ts";

const noVariables: Variables = { own: {}, outer: undefined };

/**
 * Makes a line of control that has not taken a step. `last` is the event that its first one
 * follows.
 */
export function makeThread(fields: {
  engine: Engine;
  machine: Machine;
  parent: Group | undefined;
  index: number;
  chapter: Chapter;
  item: MapItem | undefined;
  input: Json;
  outer: Variables | undefined;
  last: number;
  ended?: Thread["ended"];
}): Thread {
  const { engine, machine } = fields;
  const { evaluator } = engine;
  const first = stateOf(machine, machine.startAt);
  const thread: Thread = {
    engine,
    machine,
    parent: fields.parent,
    index: fields.index,
    chapter: fields.chapter,
    item: fields.item,
    state: first,
    input: fields.input,
    result: undefined,
    errorOutput: undefined,
    variables: fields.outer === undefined ? noVariables : { own: {}, outer: fields.outer },
    last: fields.last,
    enteredEvent: 0,
    enteredNumber: 0,
    enteredAt: 0,
    retryCount: 0,
    retriesBy: undefined,
    draws: 0,
    taskToken: undefined,
    step: undefined,
    dead: false,
    timer: undefined,
    attempt: undefined,
    group: undefined,
    ended: fields.ended,
    context: () => contextOf(thread),
    now: () => engine.now,
    random: () => randomNumber(nextDraw(thread)),
    uuid: () => uuidOf(nextDraw(thread)),
    elsewhere:
      evaluator === undefined
        ? undefined
        : (job, root, scope) => ask(thread, evaluator, job, root, scope),
  };
  return thread;
}

function nextDraw(thread: Thread): string {
  return `${thread.engine.seed}:${thread.enteredEvent}:${thread.draws++}`;
}

/**
 * The machine's state of that name. @throws Error for a name that isn't there: validation has let
 * it through, a bug.
 */
export function stateOf(machine: Machine, name: string): State {
  const state = machine.states.get(name);
  if (state === undefined) throw new Error(`no state named ${JSON.stringify(name)}`);
  return state;
}
