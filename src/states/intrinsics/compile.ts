import type { Json } from "../../core/json.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { placedFailure, runtimeFailure, StateFailure } from "../failure.ts";
import { NoValue } from "../jsonpath/evaluate.ts";
import { valueAt } from "../jsonpath/reference.ts";
import type { Scope } from "../machine.ts";
import { BadArgument, intrinsics } from "./functions.ts";
import { parseIntrinsic, type Argument, type Call } from "./parse.ts";
import { own } from "../own.ts";

type EvaluateNow = (root: Json, scope: Scope) => Json | StateFailure;

/**
 * Compiles an intrinsic call, `States.Format('{}', $.name)`. Names, counts of arguments and paths
 * are checked here.
 */
export function compileIntrinsic(text: string): Result<EvaluateNow, string> {
  const call = parseIntrinsic(text);
  return call.ok ? compileCall(call.value) : call;
}

function compileCall(call: Call): Result<EvaluateNow, string> {
  const intrinsic = own(intrinsics, call.name);
  if (intrinsic === undefined) return err(`There is no function '${call.name}'`);
  const { length } = call.arguments;
  if (length < intrinsic.least || length > intrinsic.most) {
    return err(`The function '${call.name}' doesn't take ${length} arguments`);
  }
  const compiled: EvaluateNow[] = [];
  for (const argument of call.arguments) {
    const evaluate = compileArgument(call, argument);
    if (!evaluate.ok) return evaluate;
    compiled.push(evaluate.value);
  }
  return ok((root, scope) => {
    const values: Json[] = [];
    for (const evaluate of compiled) {
      const value = evaluate(root, scope);
      if (value instanceof StateFailure) return value;
      values.push(value);
    }
    const result = intrinsic.run(values, scope);
    if (!(result instanceof BadArgument)) return result;
    return placedFailure(
      "States.IntrinsicFailure",
      `The function '${call.text}' had the following error: ${result.reason}`,
    );
  });
}

function compileArgument(call: Call, argument: Argument): Result<EvaluateNow, string> {
  switch (argument.kind) {
    case "value":
      return ok(() => argument.value);
    case "call":
      return compileCall(argument.call);
    case "path": {
      const { path } = argument;
      return ok((root, scope) => {
        const value = valueAt(path, root, scope);
        if (!(value instanceof NoValue)) return value;
        return runtimeFailure(
          `The function '${call.text}' had the following error: The JsonPath argument for the field '${path.text}' could not be found in the input '${JSON.stringify(root)}'`,
        );
      });
    }
  }
}
