import { hash } from "node:crypto";
import { dirname, isAbsolute, sep } from "node:path";

import { keyOf, type KeptValues, noKeptValues } from "../config/kept-values.ts";
import { NOTHING, openStamps, type Stamps } from "../config/stamps.ts";
import type { Diagnostic } from "../core/diagnostic.ts";
import { openAttributeFiles } from "./lfs-pointers.ts";
import { checkSources, type SourceCheck, type SourceTreeOptions } from "./source.ts";

type Options = Required<Pick<SourceTreeOptions, "dockerfile" | "shownAs">>;

interface Kept {
  /** What was looked at: from the project's folder, or absolute where it isn't in it. */
  readonly paths: readonly string[];
  /** Hash of their stamps, as `hashOf` gives it. */
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
    if (kept !== undefined && hashOf(directory, kept.paths, known) === kept.stamps) {
      return kept.diagnostics;
    }
    // Opened before the look: what changes meanwhile has no stamp.
    const stamps = openStamps(now);
    const { diagnostics, lookedAt } = await look(directory, options);
    const seen = lookedAt && stampsOf(directory, lookedAt, stamps);
    if (seen !== undefined) values.set(key, { ...seen, diagnostics } satisfies Kept);
    return diagnostics;
  };
}

/** Undefined where a change of one of them would not be seen. */
function hashOf(directory: string, paths: readonly string[], known: Stamps): string | undefined {
  let text = "";
  for (const path of paths) {
    const stamp = known.of(
      path === "" ? directory : isAbsolute(path) ? path : `${directory}/${path}`,
    );
    if (stamp === undefined) return undefined;
    text += `${stamp}\n`;
  }
  return hash("sha256", text, "base64");
}

function stampsOf(
  directory: string,
  lookedAt: readonly string[],
  now: Stamps,
): Pick<Kept, "paths" | "stamps"> | undefined {
  const all = new Set(lookedAt);
  const paths = [...all]
    // The folder's own stamp changes where something comes.
    .filter((path) => now.of(path) !== NOTHING || !all.has(dirname(path)))
    .map((path) => {
      const inside = path === directory || path.startsWith(`${directory}${sep}`);
      return inside ? path.slice(directory.length + 1) : path;
    });
  const stamps = hashOf(directory, paths, now);
  return stamps === undefined ? undefined : { paths, stamps };
}
