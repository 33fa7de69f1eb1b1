import * as z from "zod";

import { err, ok } from "../../../core/result.ts";
import type { LockedOrigin, LockedPackage, ReadLock } from "./locked.ts";
import { type LockEdge, type LockNode, neededPackages } from "./marked-packages.ts";
import { hashedFiles, isPypi, maybeText } from "./shapes.ts";

const source = z
  .object({
    registry: maybeText,
    git: maybeText,
    url: maybeText,
    path: maybeText,
    directory: maybeText,
    editable: maybeText,
    virtual: maybeText,
  })
  .catch({});
type Source = z.infer<typeof source>;

const edges = z
  .array(
    z.object({
      name: z.string(),
      version: maybeText,
      source: source.optional(),
      marker: maybeText,
      extra: z.array(z.string()).catch([]).default([]),
    }),
  )
  .default([]);

const schema = z.object({
  version: z.number(),
  package: z
    .array(
      z.object({
        name: z.string(),
        version: z.string().default(""),
        source: source.default({}),
        dependencies: edges,
        "optional-dependencies": z.record(z.string(), edges).default({}),
        sdist: z.object({ hash: maybeText }).optional().catch(undefined),
        wheels: hashedFiles,
      }),
    )
    .default([]),
});
type Package = z.infer<typeof schema>["package"][number];

/**
 * Reads `uv.lock`: the project's own dependencies and what they bring, without groups.
 * @see https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile
 */
export function readUvLock(document: unknown): ReadLock {
  const read = schema.safeParse(document);
  if (!read.success || read.data.version !== 1) {
    return err({
      message: "has another form than uv's locks of version 1",
      help: "write it again with `uv lock`, or export it: `uv export --no-dev --format requirements-txt > requirements.txt`",
    });
  }
  const packages = read.data.package;
  const root = packages.find(({ source: { editable, virtual, directory } }) =>
    [editable, virtual, directory].includes("."),
  );
  if (root === undefined) {
    return err({
      message: "has no package that is the project itself",
      help: "write it again with `uv lock` in the project's folder; a lock of uv's workspace belongs to the folder above",
    });
  }
  const nodes = new Map(packages.map((one) => [keyOf(one), nodeOf(one, packages)]));
  const needed = neededPackages(nodeOf(root, packages).edges, nodes);
  const found: LockedPackage[] = [];
  for (const one of packages) {
    const key = keyOf(one);
    if (one === root || !needed.has(key)) continue;
    found.push({ name: one.name, origin: originOf(one), marker: needed.get(key) });
  }
  const indexes = found.flatMap(({ name }) =>
    packages.flatMap(({ name: other, source: { registry } }) =>
      other === name && registry !== undefined && /^https?:/.test(registry) && !isPypi(registry)
        ? [registry]
        : [],
    ),
  );
  return ok({
    packages: found,
    indexes: [...new Set(indexes)],
    project: root.source.virtual === undefined,
  });
}

function keyOf({
  name,
  version,
  source: from,
}: Pick<Package, "name" | "version" | "source">): string {
  return JSON.stringify([name, version, from]);
}

function nodeOf(one: Package, packages: readonly Package[]): LockNode {
  const resolved = (list: Package["dependencies"]): readonly LockEdge[] =>
    list.flatMap(({ name, version, source: from, marker, extra }) =>
      packages
        .filter(
          (other) =>
            other.name === name &&
            (version === undefined || other.version === version) &&
            (from === undefined || sameSource(other.source, from)),
        )
        .map((other) => ({ to: keyOf(other), marker, extras: extra })),
    );
  return {
    edges: resolved(one.dependencies),
    extras: new Map(
      Object.entries(one["optional-dependencies"]).map(([name, list]) => [name, resolved(list)]),
    ),
  };
}

function sameSource(one: Source, other: Source): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function originOf({ version, source: from, sdist, wheels }: Package): LockedOrigin {
  const hashes = [sdist, ...wheels].flatMap((file) => file?.hash ?? []);
  const { git, url, path, directory, editable, virtual } = from;
  if (git !== undefined) return { kind: "address", address: gitAddress(git), hashes: [] };
  if (url !== undefined) return { kind: "address", address: url, hashes };
  const place = editable ?? directory ?? virtual ?? path;
  if (place !== undefined) return { kind: "path", path: place, editable: false };
  return { kind: "index", version, hashes };
}

/** `https://host/x?rev=main#0123abc` is `git+https://host/x@0123abc`. */
function gitAddress(address: string): string {
  const [place = "", commit = ""] = address.split("#");
  const [repository = "", query = ""] = place.split("?");
  const folder = new URLSearchParams(query).get("subdirectory");
  return `git+${repository}@${commit}${folder === null ? "" : `#subdirectory=${folder}`}`;
}
