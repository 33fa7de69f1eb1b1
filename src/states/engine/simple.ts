import type { Json } from "../../core/json.ts";
import { StateFailure } from "../failure.ts";
import type {
  ChoiceRule,
  ChoiceState,
  Evaluate,
  FailState,
  PassState,
  SucceedState,
  WaitState,
} from "../machine.ts";
import { chain, type Maybe } from "../maybe.ts";
import { completeWith, effectiveInput, failState, failThread, leave, schedule } from "./flow.ts";
import { runtimeFailure } from "../failure.ts";
import type { Thread } from "./model.ts";
import { setTimer } from "./timers.ts";

export function runPass(thread: Thread, state: PassState): Maybe<void> {
  if (state.language === "JSONata") {
    return leave(thread, state.next, thread.input, undefined, state.assign, state.output);
  }
  return chain(effectiveInput(thread, state.parameters), (input) =>
    input instanceof StateFailure
      ? failState(thread, input)
      : completeWith(thread, state, state.result === undefined ? input : state.result),
  );
}

export function runSucceed(thread: Thread, state: SucceedState): Maybe<void> {
  return chain(effectiveInput(thread, undefined), (input) =>
    input instanceof StateFailure
      ? failState(thread, input)
      : leave(thread, undefined, input, undefined, state.assign, state.output),
  );
}

export function runFail(thread: Thread, state: FailState): Maybe<void> {
  return chain(textField(thread, state.error, "Error"), (error) => {
    if (error instanceof StateFailure) return failState(thread, error);
    return chain(textField(thread, state.cause, "Cause"), (cause) =>
      cause instanceof StateFailure
        ? failState(thread, cause)
        : failThread(thread, new StateFailure({ error, cause })),
    );
  });
}

function textField(
  thread: Thread,
  field: Evaluate | undefined,
  name: string,
): Maybe<string | undefined | StateFailure> {
  if (field === undefined) return undefined;
  return chain(field(thread.input, thread), (value) => {
    if (value instanceof StateFailure || typeof value === "string") return value;
    return runtimeFailure(
      `The ${name}Path parameter does not reference a valid value: ${JSON.stringify(value)}`,
    );
  });
}

export function runWait(thread: Thread, state: WaitState): Maybe<void> {
  return chain(effectiveInput(thread, undefined), (input) => {
    if (input instanceof StateFailure) return failState(thread, input);
    return chain(state.until(input, thread), (until) => {
      if (until instanceof StateFailure) return failState(thread, until);
      const waited = (): Maybe<void> =>
        leave(thread, state.next, input, undefined, state.assign, state.output);
      if (until <= thread.engine.now) return waited();
      thread.timer = setTimer(thread.engine, until, () => {
        thread.timer = undefined;
        schedule(thread, waited);
      });
      return undefined;
    });
  });
}

export function runChoice(thread: Thread, state: ChoiceState): Maybe<void> {
  return chain(effectiveInput(thread, undefined), (input) =>
    input instanceof StateFailure ? failState(thread, input) : choose(thread, state, input, 0),
  );
}

function choose(thread: Thread, state: ChoiceState, input: Json, from: number): Maybe<void> {
  for (let index = from; index < state.rules.length; index += 1) {
    const rule = state.rules[index] as ChoiceRule;
    const answer = rule.test(input, thread);
    if (answer instanceof Promise) {
      return answer.then((later) => {
        if (later instanceof StateFailure) return failState(thread, later);
        return later ? take(thread, rule, input) : choose(thread, state, input, index + 1);
      });
    }
    if (answer instanceof StateFailure) return failState(thread, answer);
    if (answer) return take(thread, rule, input);
  }
  if (state.default !== undefined) {
    return leave(thread, state.default, input, undefined, state.assign, state.output);
  }
  return failState(
    thread,
    // The language's specification says States.NoChoiceMatched; the service says States.Runtime.
    runtimeFailure(
      "Failed to transition out of the state. The state does not point to a next state.",
    ),
  );
}

function take(thread: Thread, rule: ChoiceRule, input: Json): Maybe<void> {
  return leave(thread, rule.next, input, undefined, rule.assign, rule.output);
}
