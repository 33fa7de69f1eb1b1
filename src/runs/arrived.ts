import { isJsonObject, type Json } from "../core/json.ts";
import type { Arrived } from "./model.ts";

/** Reads what a run input has of it; undefined where that isn't what it should be. */
export function arrivedOf(value: Json | undefined): Arrived | undefined {
  if (!isJsonObject(value)) return undefined;
  const { count, uris, list } = value;
  if (typeof count !== "number") return undefined;
  if (typeof list === "string") return { count, list };
  const texts = Array.isArray(uris) ? (uris as readonly Json[]) : undefined;
  return texts?.every((one) => typeof one === "string") === true
    ? { count, uris: texts }
    : undefined;
}
