import { dirname, isAbsolute, sep } from "node:path";

import { keyOf, type KeptValues, noKeptValues } from "../config/kept-values.ts";
import { NOTHING, openStamps, type Stamps } from "../config/stamps.ts";
import type { Diagnostic } from "../core/diagnostic.ts";
import { openAttributeFiles } from "./lfs-pointers.ts";
import { checkSources, type SourceCheck, type SourceTreeOptions } from "./source.ts";

type Options = Required<Pick<SourceTreeOptions, "dockerfile" | "shownAs">>;

interface Kept {
  /**
   * Paths and their stamps in turn, each ended by a NUL: from the project's folder, or absolute
   * where they aren't in it.
   */
  readonly stamps: string;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Checks the sources of projects. One whose files have the times that they had isn't looked into
 * again.
 *
 * @param known what the command has looked at by now: projects share the folders above them
 * @param now milliseconds since 1970
 * @returns what `checkSources` finds
 */
export function sourceChecks(
  values: KeptValues,
  known: Stamps,
  now: () => number = Date.now,
): (directory: string, options: Options) => Promise<readonly Diagnostic[]> {
  const attributes = openAttributeFiles();
  const look = (directory: string, options: Options): Promise<SourceCheck> =>
    checkSources(directory, { ...options, attributes });
  if (values === noKeptValues) {
    return async (directory, options) => (await look(directory, options)).diagnostics;
  }
  return async (directory, options) => {
    const key = keyOf(directory, options.dockerfile, options.shownAs);
    const kept = values.get(key) as Kept | undefined;
    if (kept !== undefined && areSame(directory, kept.stamps, known)) return kept.diagnostics;
    const { diagnostics, lookedAt } = await look(directory, options);
    const stamps = lookedAt && stampsOf(directory, lookedAt, openStamps(now));
    if (stamps !== undefined) values.set(key, { stamps, diagnostics } satisfies Kept);
    return diagnostics;
  };
}

function areSame(directory: string, stamps: string, known: Stamps): boolean {
  const parts = stamps.split("\0");
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const path = parts[index] ?? "";
    const place = isAbsolute(path) ? path : path === "" ? directory : `${directory}/${path}`;
    if (!known.isSame(place, parts[index + 1] ?? "")) return false;
  }
  return true;
}

/** Undefined where a change of one of them would not be seen. */
function stampsOf(directory: string, paths: readonly string[], now: Stamps): string | undefined {
  const all = new Set(paths);
  let text = "";
  for (const path of all) {
    const stamp = now.of(path);
    if (stamp === undefined) return undefined;
    // The folder's own stamp changes where something comes.
    if (stamp === NOTHING && all.has(dirname(path))) continue;
    const inside = path === directory || path.startsWith(`${directory}${sep}`);
    text += `${inside ? path.slice(directory.length + 1) : path}\0${stamp}\0`;
  }
  return text;
}
