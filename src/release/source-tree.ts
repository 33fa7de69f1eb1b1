import type { Diagnostic } from "../core/diagnostic.ts";
import { fingerprintOf } from "../core/json.ts";

/** What a project's image is built from: its folder without what `.dockerignore` leaves out. */
export interface SourceTree {
  /** Absolute path of the folder. */
  readonly directory: string;
  /** Sorted by path, by code unit. Empty folders don't count, as in Git. */
  readonly entries: readonly SourceEntry[];
  /** Sum of the files' sizes. */
  readonly totalBytes: number;
  /** SHA-256 over paths, contents and modes; neither times nor the folder's own place change it. */
  readonly hash: string;
  /** What is worth a word but stops nothing. */
  readonly warnings: readonly Diagnostic[];
}

/** Paths are relative to the folder, with `/`. */
export type SourceEntry =
  | {
      readonly kind: "file";
      readonly path: string;
      /** Bytes. */
      readonly size: number;
      readonly executable: boolean;
      /** 64 lower-case hexadecimal digits. */
      readonly sha256: string;
    }
  | {
      readonly kind: "link";
      readonly path: string;
      /** As it is in the link: relative, inside the folder. */
      readonly target: string;
    };

/** Hash of a tree's entries: what they are called, contain and may do. */
export function treeHash(entries: readonly SourceEntry[]): string {
  return fingerprintOf(
    entries.map((entry) =>
      entry.kind === "file"
        ? [entry.path, entry.executable ? "executable" : "file", entry.sha256]
        : [entry.path, "link", entry.target],
    ),
  );
}

/** A Python package of the workspace that a project shares. */
export interface PackageHash {
  /** Relative to the workspace's root. */
  readonly path: string;
  /** Of its tree. */
  readonly hash: string;
}

/**
 * The hash that says whether an image has to be built anew: sources, Dockerfile, build arguments.
 *
 * @param dockerfile path relative to the folder; its text counts as part of the tree
 * @param packages those that are installed too; none leave the hash as it is without them
 */
export function sourceHash(
  tree: Pick<SourceTree, "hash">,
  dockerfile: string,
  buildArguments: Readonly<Record<string, string>>,
  packages: readonly PackageHash[] = [],
): string {
  const shared = packages.map(({ path, hash }) => [path, hash]);
  return fingerprintOf({
    tree: tree.hash,
    dockerfile,
    buildArguments,
    packages: shared.length === 0 ? undefined : shared,
  });
}
