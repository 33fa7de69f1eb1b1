import { isJsonObject, type Json } from "../../core/json.ts";
import { queryFailure, StateFailure } from "../failure.ts";
import { readItems } from "../items/read.ts";
import { shown } from "../text.ts";
import type { ItemReader, MapState, Scope } from "../machine.ts";
import { chain, type Maybe } from "../maybe.ts";
import { contextOf } from "./context.ts";
import type { MapItem, Thread } from "./model.ts";
import { numberField } from "./numbers.ts";

/** A Map state's items: from its input, or from where its reader says. */
export function itemsOf(
  thread: Thread,
  state: MapState,
  input: Json,
): Maybe<readonly Json[] | StateFailure> {
  if (state.reader !== undefined) return read(thread, state.reader, input);
  return chain(state.items(input, thread), (items) => {
    if (items instanceof StateFailure || Array.isArray(items)) {
      return items as readonly Json[] | StateFailure;
    }
    if (isJsonObject(items)) return Object.entries(items).map(([Key, Value]) => ({ Key, Value }));
    const found = JSON.stringify(items);
    return queryFailure("Items", `Map state input must be an array or an object but was: ${found}`);
  });
}

function read(
  thread: Thread,
  reader: ItemReader,
  input: Json,
): Maybe<readonly Json[] | StateFailure> {
  return chain(reader.arguments?.(input, thread) ?? {}, (where) => {
    if (where instanceof StateFailure) return where;
    return chain(numberField(thread, reader.maxItems, input, "MaxItems"), (maxItems) => {
      if (maxItems instanceof StateFailure) return maxItems;
      const location = locationOf(where);
      const text = thread.engine.files.get(location);
      const items =
        text === undefined ? `The file ${location} does not exist.` : readItems(text, reader);
      if (typeof items === "string") {
        return new StateFailure({ error: "States.ItemReaderFailed", cause: items });
      }
      return maxItems === undefined || maxItems === 0 ? items : items.slice(0, maxItems);
    });
  });
}

/** Where a reader's arguments point to: `s3://bucket/key`, or a path where there is no bucket. */
function locationOf(where: Json): string {
  const { Bucket: bucket, Key: key } = isJsonObject(where) ? where : {};
  return typeof bucket === "string" ? `s3://${bucket}/${shown(key)}` : shown(key ?? "");
}

/** An item as `ItemSelector` makes it. */
export function selected(
  owner: Thread,
  state: MapState,
  input: Json,
  item: MapItem,
): Maybe<Json | StateFailure> {
  return state.itemSelector === undefined
    ? item.value
    : state.itemSelector(input, asSelecting(owner, item));
}

/** The Map state's own scope, seen from one of its items. */
function asSelecting(owner: Thread, item: MapItem): Scope {
  return {
    input: owner.input,
    result: undefined,
    errorOutput: undefined,
    variables: owner.variables,
    context: () => contextOf(owner, item),
    now: () => owner.now(),
    random: () => owner.random(),
    uuid: () => owner.uuid(),
    elsewhere: owner.elsewhere,
  };
}
