import { dirname, relative, resolve } from "node:path";

import { keyOf, type KeptValues, noKeptValues } from "../config/kept-values.ts";
import { NOTHING, openStamps, type Stamps } from "../config/stamps.ts";
import type { Diagnostic } from "../core/diagnostic.ts";
import { checkSources, type SourceTreeOptions } from "./source.ts";

type Options = Required<Pick<SourceTreeOptions, "dockerfile" | "shownAs">>;

interface Kept {
  /** Paths from the project's folder and their stamps in turn, each ended by a NUL. */
  readonly stamps: string;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Checks the sources of projects. One whose files have the times that they had isn't looked into
 * again.
 *
 * @param now milliseconds since 1970
 * @returns what `checkSources` finds
 */
export function sourceChecks(
  values: KeptValues,
  now: () => number = Date.now,
): (directory: string, options: Options) => Promise<readonly Diagnostic[]> {
  if (values === noKeptValues) {
    return async (directory, options) => (await checkSources(directory, options)).diagnostics;
  }
  // Of one command: projects have the folders above them in common.
  const known = openStamps(now);
  return async (directory, options) => {
    const key = keyOf(directory, options.dockerfile, options.shownAs);
    const kept = values.get(key) as Kept | undefined;
    if (kept !== undefined && areSame(directory, kept.stamps, known)) return kept.diagnostics;
    const { diagnostics, lookedAt } = await checkSources(directory, options);
    const stamps = lookedAt && stampsOf(directory, lookedAt, openStamps(now));
    if (stamps !== undefined) values.set(key, { stamps, diagnostics } satisfies Kept);
    return diagnostics;
  };
}

function areSame(directory: string, stamps: string, known: Stamps): boolean {
  const parts = stamps.split("\0");
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const [path = "", stamp = ""] = parts.slice(index, index + 2);
    const place = path.startsWith("..") ? resolve(directory, path) : `${directory}/${path}`;
    if (!known.isSame(path === "" ? directory : place, stamp)) return false;
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
    text += `${relative(directory, path)}\0${stamp}\0`;
  }
  return text;
}
