import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { queryFailure, runtimeFailure, StateFailure } from "../failure.ts";
import type {
  Evaluate,
  ItemBatcher,
  ItemReader,
  Machine,
  MapState,
  ResultWriter,
} from "../machine.ts";
import { chain } from "../maybe.ts";
import { type Base, handled, resultFlow } from "./handlers.ts";
import { numeric, reference, template, typedField, type Place } from "./fields.ts";
import { shown } from "../text.ts";
import { isExpression } from "../jsonata/expression.ts";

export function compileMap(
  base: Base,
  state: JsonObject,
  place: Place,
  compileProcessor: (field: string) => Machine,
): MapState {
  const field = isJsonObject(state["ItemProcessor"]) ? "ItemProcessor" : "Iterator";
  const processor = state[field];
  const config = isJsonObject(processor) ? processor["ProcessorConfig"] : undefined;
  const label = state["Label"];
  const distributed = isJsonObject(config) && config["Mode"] === "DISTRIBUTED";
  const flow = resultFlow(state, place);
  // Parameters is the older name of ItemSelector.
  const selector = state["ItemSelector"] === undefined ? "Parameters" : "ItemSelector";
  return {
    ...base,
    ...flow,
    ...handled(state, place),
    parameters: undefined,
    kind: "map",
    entered: "MapStateEntered",
    exited: "MapStateExited",
    processor: compileProcessor(field),
    distributed,
    items: compileItems(state, place, distributed),
    itemSelector: template(place, state, selector),
    maxConcurrency: numeric(place, state, "MaxConcurrency"),
    toleratedFailureCount: numeric(place, state, "ToleratedFailureCount"),
    toleratedFailurePercentage: numeric(place, state, "ToleratedFailurePercentage"),
    batcher: compileBatcher(state, place),
    reader: compileReader(state, place),
    label: typeof label === "string" ? label : undefined,
    writer: compileWriter(state, place),
  };
}

function compileItems(state: JsonObject, place: Place, distributed: boolean): Evaluate {
  if (place.language === "JSONata") {
    const items = state["Items"];
    if (items === undefined) {
      return (root) =>
        Array.isArray(root)
          ? root
          : queryFailure(
              "Items",
              `Map state input must be an array but was: ${JSON.stringify(root)}`,
            );
    }
    if (typeof items === "string" && isExpression(items) && !distributed) {
      return typedField(place, state, "Items", "array") ?? ((root) => root);
    }
    return template(place, state, "Items") ?? ((root) => root);
  }
  const path = state["ItemsPath"];
  const evaluate = path === undefined ? undefined : reference(place, path, "ItemsPath");
  return (root, scope) =>
    chain(evaluate === undefined ? root : evaluate(root, scope), (value) => {
      if (value instanceof StateFailure || Array.isArray(value)) return value;
      return runtimeFailure(
        evaluate === undefined
          ? `Reference path "$" must point to array.`
          : `Reference path "${shown(path)}" must point to array.`,
      );
    });
}

function compileBatcher(state: JsonObject, place: Place): ItemBatcher | undefined {
  const batcher = state["ItemBatcher"];
  if (!isJsonObject(batcher)) return undefined;
  const at = {
    ...place,
    location: `${place.location}/ItemBatcher`,
    within: "ItemBatcher/",
  };
  return {
    maxItems: numeric(at, batcher, "MaxItemsPerBatch"),
    maxBytes: numeric(at, batcher, "MaxInputBytesPerBatch"),
    batchInput: template(at, batcher, "BatchInput"),
  };
}

function compileReader(state: JsonObject, place: Place): ItemReader | undefined {
  const reader = state["ItemReader"];
  if (!isJsonObject(reader)) return undefined;
  const at = { ...place, location: `${place.location}/ItemReader`, within: "ItemReader/" };
  const config: JsonObject = isJsonObject(reader["ReaderConfig"]) ? reader["ReaderConfig"] : {};
  const headers = config["CSVHeaders"];
  return {
    resource: shown(reader["Resource"]),
    arguments: template(at, reader, place.language === "JSONata" ? "Arguments" : "Parameters"),
    inputType: textOf(config["InputType"]),
    csvHeaders: Array.isArray(headers) ? (headers as readonly string[]) : undefined,
    csvDelimiter: textOf(config["CSVDelimiter"]) ?? "COMMA",
    maxItems: numeric({ ...at, location: `${at.location}/ReaderConfig` }, config, "MaxItems"),
    itemsPointer: textOf(config["ItemsPointer"]),
  };
}

function compileWriter(state: JsonObject, place: Place): ResultWriter | undefined {
  const writer = state["ResultWriter"];
  if (!isJsonObject(writer)) return undefined;
  const at = { ...place, location: `${place.location}/ResultWriter`, within: "ResultWriter/" };
  const config = isJsonObject(writer["WriterConfig"]) ? writer["WriterConfig"] : {};
  const transformation = config["Transformation"];
  return {
    resource: textOf(writer["Resource"]),
    arguments: template(at, writer, place.language === "JSONata" ? "Arguments" : "Parameters"),
    transformation:
      transformation === "NONE" || transformation === "FLATTEN" ? transformation : "COMPACT",
  };
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
