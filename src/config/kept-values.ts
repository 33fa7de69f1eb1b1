import { hash } from "node:crypto";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";

import { programStamp } from "../core/program-stamp.ts";
import { openLineCache } from "./line-cache.ts";

/** What was computed before from the very same inputs, by the very same program. */
export interface KeptValues {
  /** Undefined where nothing was kept for these inputs, or what was kept is damaged. */
  get(key: string): unknown;
  /** Keeps a value of plain objects, arrays, maps and sets; another one is not kept. */
  set(key: string, value: unknown): void;
  /** Writes what is new. A disk that refuses costs the next reader some time and nothing else. */
  save(): void;
}

/** Keeps nothing. */
export const noKeptValues: KeptValues = {
  get: () => undefined,
  set: () => undefined,
  save: () => undefined,
};

/**
 * Values in a file of a folder, which is made when there is something to write.
 *
 * @param stamp of the program that runs; undefined: nothing is kept
 * @param most how many are kept, those that were used last first
 */
export function openKeptValues(
  file: string,
  most: number,
  stamp: string | undefined = programStamp,
): KeptValues {
  if (stamp === undefined) return noKeptValues;
  const cache = openLineCache(file, {
    header: `esteira checked ${stamp} ${process.versions.v8}`,
    most,
  });
  return {
    get(key) {
      const text = cache.get(key);
      if (text === undefined) return undefined;
      try {
        return text.startsWith(JSON_TEXT)
          ? (JSON.parse(text.slice(JSON_TEXT.length)) as unknown)
          : (deserialize(Buffer.from(text, "base64")) as unknown);
      } catch {
        return undefined;
      }
    },
    set(key, value) {
      if (isJson(value)) cache.set(key, JSON_TEXT + JSON.stringify(value));
      else if (comesBack(value)) cache.set(key, serialize(value).toString("base64"));
    },
    save: () => cache.save(),
  };
}

/**
 * What was computed before, in a file of the cache's folder.
 *
 * @param cache undefined: nothing is kept
 */
export function keptIn(cache: string | undefined, file: string, most: number): KeptValues {
  return cache === undefined ? noKeptValues : openKeptValues(join(cache, file), most);
}

/** The same, read when the first of them is asked for: most commands need none. */
export function keptForLater(cache: string | undefined, file: string, most: number): KeptValues {
  let opened: KeptValues | undefined;
  const open = (): KeptValues => (opened ??= keptIn(cache, file, most));
  return {
    get: (key) => open().get(key),
    set: (key, value) => open().set(key, value),
    save: () => opened?.save(),
  };
}

/** One key of all that a value was computed from. 64 hexadecimal digits. */
export function keyOf(...inputs: readonly (string | Uint8Array | undefined)[]): string {
  const parts: Uint8Array[] = [];
  let text = "";
  for (const input of inputs) {
    if (input instanceof Uint8Array) {
      parts.push(Buffer.from(`${text}bytes ${input.length} `), input);
      text = "";
    } else {
      const length = Buffer.byteLength(input ?? "");
      text += `${input === undefined ? "none" : "text"} ${length} ${input ?? ""}`;
    }
  }
  // Most keys are of texts alone, which needn't be copied.
  if (parts.length === 0) return hash("sha256", text);
  return hash("sha256", Buffer.concat([...parts, Buffer.from(text)]));
}

/** Of a file's content. 64 hexadecimal digits. */
export function contentHash(content: Uint8Array): string {
  return hash("sha256", content);
}

/** Marks a value that is kept as JSON, which is read faster; no base64 has a colon. */
const JSON_TEXT = "json:";

/** Whether JSON gives the value back as it is. */
function isJson(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== "object" || value === null) {
    return value === null || typeof value === "string" || typeof value === "boolean";
  }
  if (Array.isArray(value)) return Array.from<unknown>(value).every(isJson); // with holes
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isJson);
}

/** Whether the value is read back as it is now: an object without a prototype gets one. */
function comesBack(value: unknown): boolean {
  if (typeof value === "function" || typeof value === "symbol") return false;
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every(comesBack);
  if (value instanceof Map) return [...value].every(comesBack);
  if (value instanceof Set) return [...value].every(comesBack);
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(comesBack);
}
