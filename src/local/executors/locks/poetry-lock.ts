import * as z from "zod";

import { err, ok } from "../../../core/result.ts";
import type { LockedOrigin, LockedPackage, ReadLock } from "./locked.ts";
import { readPyproject } from "./pyproject.ts";
import { hashedFiles, isPypi, maybeText } from "./shapes.ts";

const schema = z.object({
  metadata: z.object({ "lock-version": z.string() }),
  package: z
    .array(
      z.object({
        name: z.string(),
        version: z.string(),
        optional: z.boolean().default(false),
        groups: z.array(z.string()).default([]),
        markers: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
        files: hashedFiles,
        source: z
          .object({
            type: maybeText,
            url: z.string(),
            resolved_reference: maybeText,
            subdirectory: maybeText,
          })
          .optional(),
      }),
    )
    .default([]),
});
type Package = z.infer<typeof schema>["package"][number];

/**
 * Reads `poetry.lock` of Poetry 2.0 and later, which says of each package for which groups and
 * under which conditions it is: the group `main`, without extras.
 * @see https://python-poetry.org/docs/basic-usage/#installing-with-poetrylock
 */
export function readPoetryLock(document: unknown, pyproject: unknown): ReadLock {
  const read = schema.safeParse(document);
  const [major = 0, minor = 0] = read.success
    ? read.data.metadata["lock-version"].split(".").map(Number)
    : [];
  if (!read.success || major !== 2 || minor < 1) {
    return err({
      message: "is none of Poetry 2.0 or later, which say what each package is for",
      help: "write it again with `poetry lock` of Poetry 2, or export it: `poetry export -o requirements.txt` (with the plugin poetry-plugin-export)",
    });
  }
  const packages = read.data.package.filter(
    ({ optional, groups }) => !optional && groups.includes("main"),
  );
  const indexes = packages.flatMap(({ source }) =>
    source?.type === "legacy" && !isPypi(source.url) ? [source.url] : [],
  );
  return ok({
    packages: packages.map((one): LockedPackage => ({
      name: one.name,
      origin: originOf(one),
      marker: typeof one.markers === "string" ? one.markers : one.markers?.["main"],
    })),
    indexes: [...new Set(indexes)],
    project: readPyproject(pyproject).isPackage,
  });
}

function originOf({ version, files, source }: Package): LockedOrigin {
  const hashes = files.flatMap(({ hash }) => hash ?? []);
  switch (source?.type) {
    case "git": {
      const folder =
        source.subdirectory === undefined ? "" : `#subdirectory=${source.subdirectory}`;
      const address = `git+${source.url}@${source.resolved_reference ?? ""}${folder}`;
      return { kind: "address", address, hashes: [] };
    }
    case "url":
      return { kind: "address", address: source.url, hashes };
    case "directory":
    case "file":
      return { kind: "path", path: source.url, editable: false };
    default:
      return { kind: "index", version, hashes };
  }
}
