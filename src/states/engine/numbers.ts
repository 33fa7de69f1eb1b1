import type { Json } from "../../core/json.ts";
import { runtimeFailure, StateFailure } from "../failure.ts";
import type { NumberField } from "../machine.ts";
import { then, type Maybe } from "../maybe.ts";
import type { Thread } from "./model.ts";

/** A numeric field's value. Text that holds a number counts as that number, as it does on AWS. */
export function numberField(
  thread: Thread,
  field: NumberField,
  input: Json,
  name: string,
): Maybe<number | undefined | StateFailure> {
  if (field === undefined || typeof field === "number") return field;
  return then(field(input, thread), (value) => {
    if (value instanceof StateFailure || typeof value === "number") return value;
    const parsed = typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
    if (!Number.isNaN(parsed)) return parsed;
    return runtimeFailure(`The ${name} parameter is not a number: ${JSON.stringify(value)}`);
  });
}
