import { join } from "node:path";

import type { Diagnostic } from "../core/diagnostic.ts";
import { ok, type Result } from "../core/result.ts";
import type { Project } from "../config/model.ts";
import { buildArguments } from "./build.ts";
import type { ImageSpec } from "./release.ts";
import { checkSources, readSourceTree, type SourceTreeOptions } from "./source.ts";
import { type PackageHash, sourceHash, type SourceTree } from "./source-tree.ts";

/** What a project's image is built from, of all folders. */
export interface ProjectSources {
  readonly tree: SourceTree;
  /** The workspace's packages that the project shares, in the author's order. */
  readonly packages: readonly PackageSources[];
  /** Names the image: of the trees, Dockerfile and build arguments. */
  readonly hash: string;
  readonly warnings: readonly Diagnostic[];
}

export interface PackageSources extends PackageHash {
  readonly tree: SourceTree;
}

/** What says which files these are; `packages` are paths from the workspace's root. */
export interface SourcePlaces extends Pick<ImageSpec, "context" | "dockerfile" | "buildArguments"> {
  readonly packages: readonly string[];
}

export function sourcePlaces(project: Project): SourcePlaces {
  return {
    context: project.directory,
    dockerfile: project.runtime.dockerfile,
    buildArguments: buildArguments(project),
    packages: project.runtime.packages ?? [],
  };
}

/** The same of a release. */
export function releasedPlaces({ packages = [], ...image }: ImageSpec): SourcePlaces {
  return { ...image, packages: packages.map(({ path }) => path) };
}

/**
 * Lists and hashes a project's folder and the packages that it shares; what keeps one of them from
 * being read is the error.
 *
 * @param root of the workspace, absolute
 */
export async function readProjectSources(
  root: string,
  places: SourcePlaces,
  options: Omit<SourceTreeOptions, "dockerfile" | "shownAs" | "leavesOut"> = {},
): Promise<Result<ProjectSources, Diagnostic>> {
  const { context, dockerfile } = places;
  const read = await readSourceTree(join(root, context), {
    ...options,
    dockerfile,
    shownAs: context,
  });
  if (!read.ok) return read;
  const packages: PackageSources[] = [];
  for (const path of places.packages) {
    const tree = await readPackageTree(join(root, path), { ...options, shownAs: path });
    if (!tree.ok) return tree;
    packages.push({ path, hash: tree.value.hash, tree: tree.value });
  }
  const tree = read.value;
  return ok({
    tree,
    packages,
    hash: sourceHash(tree, dockerfile, places.buildArguments, packages),
    warnings: [...tree.warnings, ...packages.flatMap((one) => one.tree.warnings)],
  });
}

/** Lists and hashes a shared package, without what its own installations leave in its folder. */
export function readPackageTree(
  directory: string,
  options: SourceTreeOptions = {},
): ReturnType<typeof readSourceTree> {
  return readSourceTree(directory, { ...options, ...ofPackages });
}

/** All that is wrong with a shared package's files, and what is worth a word. */
export async function checkPackage(root: string, path: string): Promise<readonly Diagnostic[]> {
  return (await checkSources(join(root, path), { ...ofPackages, shownAs: path })).diagnostics;
}

/**
 * What installers and tools make in a package's folder: it differs from machine to machine, and
 * would make other hashes of one commit.
 */
const MADE = /(?:^|\/)(?:[^/]+\.egg-info|\.pytest_cache|\.mypy_cache|\.ruff_cache|\.tox|\.nox)$/;
/** Of builds; deeper a package may have one that is its own. */
const MADE_AT_TOP = new Set(["build", "dist"]);

// A package has no Dockerfile, so that a file of this name counts as any other does.
const ofPackages = {
  dockerfile: ".dockerignore",
  leavesOut: (path: string): boolean => MADE.test(path) || MADE_AT_TOP.has(path),
};
