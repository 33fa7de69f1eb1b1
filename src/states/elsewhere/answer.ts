import { compileRule } from "../choice/rule.ts";
import { isLarger } from "../engine/limits.ts";
import { randomNumber, uuidOf } from "../engine/random.ts";
import { StateFailure } from "../failure.ts";
import { compileExpression } from "../jsonata/expression.ts";
import { compilePathOrIntrinsic, compileTemplate } from "../jsonpath/template.ts";
import type { Evaluate, Scope } from "../machine.ts";
import type { Result } from "../../core/result.ts";
import type { Job } from "./job.ts";
import type { Answer, Question } from "./question.ts";

/** Bytes of JSON text that an answer has at most: far more than any field of a state may hold. */
const maxAnswerBytes = 16 * 2 ** 20;

const compiled = new Map<string, Evaluate>();

/** Evaluates a question here, however long it takes. */
export async function answer(question: Question): Promise<Answer> {
  const { draws, root } = question;
  let drawn = draws.count;
  const draw = (): string => `${draws.visit}:${drawn++}`;
  const scope: Scope = {
    input: question.input,
    result: question.result,
    errorOutput: question.errorOutput,
    variables: question.variables,
    context: () => question.context,
    now: () => question.now,
    random: () => randomNumber(draw()),
    uuid: () => uuidOf(draw()),
  };
  const value = await evaluatorOf(question.job)(root, scope);
  if (value instanceof StateFailure) {
    const { error, cause, fatal, location, unplaced } = value;
    return { kind: "failure", error, cause, fatal, location, unplaced, drawn };
  }
  if (isLarger(value, maxAnswerBytes)) return { kind: "ended", excess: "memory" };
  return { kind: "value", value, drawn };
}

function evaluatorOf(job: Job): Evaluate {
  const key = JSON.stringify(job);
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const made = compile(job);
  // A process that lives long meets many definitions.
  if (compiled.size >= 1000) compiled.clear();
  compiled.set(key, made);
  return made;
}

function compile(job: Job): Evaluate {
  switch (job.kind) {
    case "expression":
      return known(compileExpression(job.text, job.location, job.expected));
    case "template":
      return compileTemplate(job.template, refuse);
    case "reference":
      return known(compilePathOrIntrinsic(job.text));
    case "rule":
      return compileRule(job.rule, refuse);
  }
}

function known(result: Result<Evaluate, unknown>): Evaluate {
  return result.ok ? result.value : refuse();
}

/** @throws Error what is asked has been compiled before */
function refuse(): never {
  throw new Error("a part of a checked definition doesn't compile");
}
