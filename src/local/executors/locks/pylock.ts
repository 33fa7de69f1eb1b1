import * as z from "zod";

import { err, ok } from "../../../core/result.ts";
import type { LockedOrigin, LockedPackage, ReadLock } from "./locked.ts";
import { isPypi, maybeText } from "./shapes.ts";

const hashes = z.record(z.string(), z.string()).catch({}).default({});
const file = z.object({ url: maybeText, path: maybeText, hashes, subdirectory: maybeText });

const schema = z.object({
  "lock-version": z.string(),
  "default-groups": z.array(z.string()).catch([]).default([]),
  packages: z.array(
    z.object({
      name: z.string(),
      version: maybeText,
      marker: maybeText,
      index: maybeText,
      vcs: z
        .object({
          type: z.string(),
          url: maybeText,
          path: maybeText,
          "commit-id": z.string(),
          subdirectory: maybeText,
        })
        .optional(),
      directory: z.object({ path: z.string(), editable: z.boolean().default(false) }).optional(),
      archive: file.optional(),
      sdist: file.optional(),
      wheels: z.array(file).default([]),
    }),
  ),
});
type Package = z.infer<typeof schema>["packages"][number];

/**
 * Reads `pylock.toml`: all that is installed without extras, and of groups the default ones.
 * @see https://packaging.python.org/en/latest/specifications/pylock-toml/
 */
export function readPylock(document: unknown): ReadLock {
  const read = schema.safeParse(document);
  if (!read.success || !read.data["lock-version"].startsWith("1.")) {
    return err({
      message: "has another form than pylock.toml of version 1",
      help: "write it again, as with `uv export --format pylock.toml -o pylock.toml` or `pip lock`",
    });
  }
  const { packages, "default-groups": groups } = read.data;
  const found: LockedPackage[] = [];
  let project = false;
  for (const one of packages) {
    if (one.directory?.path === "." || one.directory?.path === "./") {
      project = true;
      continue;
    }
    const marker = withoutSelections(one.marker, groups);
    if (marker === false) continue;
    found.push({ name: one.name, origin: originOf(one), marker });
  }
  const indexes = packages.flatMap(({ index }) =>
    index === undefined || isPypi(index) ? [] : [index],
  );
  return ok({ packages: found, indexes: [...new Set(indexes)], project });
}

/**
 * A marker without what only a selection of extras and groups could answer; false: the package is
 * for one that isn't made.
 */
function withoutSelections(
  marker: string | undefined,
  groups: readonly string[],
): string | undefined | false {
  if (marker === undefined || !/\bin\s+(?:extras|dependency_groups)\b/.test(marker)) return marker;
  const chosen = groups.some((name) =>
    new RegExp(`["']${name.replaceAll(/[^\w-]/g, ".")}["']\\s+in\\s+dependency_groups`).test(
      marker,
    ),
  );
  return chosen ? undefined : false;
}

function originOf({ version = "", vcs, directory, archive, sdist, wheels }: Package): LockedOrigin {
  if (vcs !== undefined) {
    const folder = vcs.subdirectory === undefined ? "" : `#subdirectory=${vcs.subdirectory}`;
    const address = `${vcs.type}+${vcs.url ?? vcs.path ?? ""}@${vcs["commit-id"]}${folder}`;
    return { kind: "address", address, hashes: [] };
  }
  if (directory !== undefined) {
    return { kind: "path", path: directory.path, editable: directory.editable };
  }
  if (archive !== undefined) {
    if (archive.url === undefined)
      return { kind: "path", path: archive.path ?? "", editable: false };
    return { kind: "address", address: archive.url, hashes: hashesIn([archive]) };
  }
  return { kind: "index", version, hashes: hashesIn([...(sdist ? [sdist] : []), ...wheels]) };
}

function hashesIn(files: readonly z.infer<typeof file>[]): readonly string[] {
  return files.flatMap(({ hashes: all }) => {
    const { sha256 } = all;
    const [first] = Object.entries(all);
    if (sha256 !== undefined) return [`sha256:${sha256}`];
    return first === undefined ? [] : [`${first[0]}:${first[1]}`];
  });
}
