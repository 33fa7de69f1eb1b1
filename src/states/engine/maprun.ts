import type { Json } from "../../core/json.ts";
import type { MapState } from "../machine.ts";
import type { Maybe } from "../maybe.ts";
import type { Thread } from "./model.ts";

export function runDistributed(_thread: Thread, _state: MapState, _input: Json): Maybe<void> {
  throw new Error("not yet");
}
