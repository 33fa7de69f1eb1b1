import { isJsonObject, type Json, type JsonObject } from "../core/json.ts";

/** Files that a step left in its folder and that nobody declared: they went with the folder. */
export interface Undeclared {
  readonly files: number;
  readonly bytes: number;
  /** The largest first, at most five: a file at the top, or a folder with a `/` at its end. */
  readonly paths: readonly UndeclaredPath[];
  /** Files that are in none of those. */
  readonly more: number;
}

export interface UndeclaredPath {
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
}

const SHOWN = 5;

/** Sums files up by what would declare them; undefined where there are none. */
export function undeclaredOf(
  files: readonly { readonly path: string; readonly bytes: number }[],
): Undeclared | undefined {
  if (files.length === 0) return undefined;
  const groups = new Map<string, { files: number; bytes: number }>();
  for (const { path, bytes } of files) {
    const slash = path.indexOf("/");
    const top = slash === -1 ? path : path.slice(0, slash + 1);
    const group = groups.get(top) ?? { files: 0, bytes: 0 };
    groups.set(top, { files: group.files + 1, bytes: group.bytes + bytes });
  }
  const paths = [...groups]
    .map(([path, group]) => ({ path, ...group }))
    .toSorted((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1));
  return {
    files: files.length,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    paths: paths.slice(0, SHOWN),
    more: paths.slice(SHOWN).reduce((sum, group) => sum + group.files, 0),
  };
}

/** Reads what a task document or the helper's report has of them; undefined for anything else. */
export function readUndeclared(value: Json | undefined): Undeclared | undefined {
  if (!isJsonObject(value)) return undefined;
  const { files, bytes, paths, more } = value;
  if (typeof files !== "number" || typeof bytes !== "number" || typeof more !== "number") {
    return undefined;
  }
  if (!Array.isArray(paths)) return undefined;
  return { files, bytes, more, paths: (paths as readonly Json[]).flatMap(readPath) };
}

/** The same of its text. */
export function parseUndeclared(text: string | undefined): Undeclared | undefined {
  if (text === undefined) return undefined;
  try {
    return readUndeclared(JSON.parse(text) as Json);
  } catch {
    return undefined;
  }
}

function readPath(value: Json): UndeclaredPath[] {
  const { path, files, bytes }: JsonObject = isJsonObject(value) ? value : {};
  if (typeof path !== "string" || typeof files !== "number" || typeof bytes !== "number") return [];
  return [{ path, files, bytes }];
}

/** `out/ (1.2 MB), model.pkl (80.0 kB) and 3 more` */
export function undeclaredText({ paths, more }: Undeclared): string {
  const shown = paths.map(({ path, bytes }) => `${path} (${sizeText(bytes)})`).join(", ");
  return more === 0 ? shown : `${shown} and ${more} more`;
}

/** The line of `config.yaml` that keeps them. */
export function declaringLine({ paths }: Undeclared): string {
  return `outputs: [${paths.map(({ path }) => JSON.stringify(path)).join(", ")}]`;
}

/** What the log of a step says about them. */
export function notKeptText(undeclared: Undeclared): string {
  const them = undeclared.files === 1 ? "it" : "them";
  return (
    `not kept, because the step doesn't declare ${them}: ${undeclaredText(undeclared)}; ` +
    `to keep ${them}, add to the step in config.yaml: ${declaringLine(undeclared)}`
  );
}

/** 1234567 as `1.2 MB`; decimal, as disks are sold. */
export function sizeText(bytes: number): string {
  let amount = bytes;
  for (const unit of ["bytes", "kB", "MB", "GB"]) {
    if (amount < 1000) return unit === "bytes" ? `${bytes} bytes` : `${amount.toFixed(1)} ${unit}`;
    amount /= 1000;
  }
  return `${amount.toFixed(1)} TB`;
}
