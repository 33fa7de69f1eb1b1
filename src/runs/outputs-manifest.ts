import { isJsonObject, type Json, type JsonObject } from "../core/json.ts";

/** What a step kept, as the last thing that it wrote says: `docs/reference/outputs.md`. */
export interface OutputsManifest {
  readonly step: string;
  /** The item's text; undefined in a step without `for_each`. */
  readonly item: string | undefined;
  readonly run: string;
  /** Begins with the time, so that later ones sort behind. */
  readonly attempt: string;
  readonly entries: readonly OutputEntry[];
}

export interface OutputEntry {
  /** Where the step had it: its working folder, or its folder of artifacts. */
  readonly within: "work" | "artifacts";
  readonly path: string;
  /** In bytes; undefined for links and empty folders, as the other two are. */
  readonly size: number | undefined;
  readonly sha256: string | undefined;
  /** Permissions. */
  readonly mode: number | undefined;
}

/** Reads a manifest; undefined where it isn't one, or names what is outside of its folder. */
export function parseOutputsManifest(text: string): OutputsManifest | undefined {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
  if (!isJsonObject(value) || value["schema"] !== 1) return undefined;
  const { step, item, run, attempt, entries } = value;
  if (!isName(step) || !isName(run) || !isName(attempt) || !Array.isArray(entries)) {
    return undefined;
  }
  const read = (entries as readonly Json[]).map((entry) =>
    isJsonObject(entry) ? entryOf(entry) : undefined,
  );
  if (!read.every((entry) => entry !== undefined)) return undefined;
  return { step, item: typeof item === "string" ? item : undefined, run, attempt, entries: read };
}

function entryOf(entry: JsonObject): OutputEntry | undefined {
  const { in: within, path, size, sha256, mode } = entry;
  if ((within !== "work" && within !== "artifacts") || typeof path !== "string") return undefined;
  if (!staysInside(path)) return undefined;
  return {
    within,
    path,
    size: typeof size === "number" ? size : undefined,
    sha256: typeof sha256 === "string" ? sha256 : undefined,
    mode: typeof mode === "string" ? Number.parseInt(mode, 8) & 0o777 : undefined,
  };
}

/** Whether a path, with `/`, leads to something below where it begins. */
export function staysInside(path: string): boolean {
  if (path === "" || path.startsWith("/") || path.includes("\0") || path.includes("\\")) {
    return false;
  }
  return !path.split("/").some((part) => part === ".." || part === "." || part === "");
}

function isName(value: Json | undefined): value is string {
  return typeof value === "string" && value !== "" && !value.includes("/") && value !== "..";
}
