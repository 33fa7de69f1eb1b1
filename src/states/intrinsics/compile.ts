import type { Json } from "../../core/json.ts";
import { err, type Result } from "../../core/result.ts";
import type { StateFailure } from "../failure.ts";
import type { Scope } from "../machine.ts";

export function compileIntrinsic(
  _text: string,
): Result<(root: Json, scope: Scope) => Json | StateFailure, string> {
  return err("not yet");
}
