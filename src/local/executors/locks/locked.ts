import { createHash } from "node:crypto";

import type { Result } from "../../../core/result.ts";
import type { Requirements } from "../requirements.ts";

/** What one package of a lock is installed from. */
export type LockedOrigin =
  | { readonly kind: "index"; readonly version: string; readonly hashes: readonly string[] }
  /** An address that pip understands: `git+https://…@0123abc`, `https://…/x.whl`. */
  | { readonly kind: "address"; readonly address: string; readonly hashes: readonly string[] }
  /** A folder or archive, relative to the project. */
  | { readonly kind: "path"; readonly path: string; readonly editable: boolean };

export interface LockedPackage {
  readonly name: string;
  readonly origin: LockedOrigin;
  readonly marker: string | undefined;
}

export interface LockedFile {
  readonly packages: readonly LockedPackage[];
  /** Other indexes than PyPI that it names. */
  readonly indexes: readonly string[];
  /** The project itself is installed. */
  readonly project: boolean;
}

/**
 * The requirements that a lock means. With a hash of each package they are demanded, as pip would;
 * where one comes from a repository or a folder, there is none to demand.
 *
 * @param text of the file, and of what else it depends on
 */
export function lockedRequirements(
  { packages, indexes, project }: LockedFile,
  text: string,
): Requirements {
  const isFolder = ({ origin }: LockedPackage): boolean =>
    origin.kind === "path" && !/\.(?:whl|zip|tar\.\w+|tgz)$/.test(origin.path);
  const folders = [
    ...packages.filter(isFolder).map((one) => lineOf(one, false)),
    ...(project ? ["."] : []),
  ];
  const installed = packages.filter((one) => !isFolder(one));
  const hashes = installed.length > 0 && installed.every(hasHash);
  return {
    hash: createHash("sha256").update(text).digest("hex"),
    empty: packages.length === 0 && !project,
    local: folders.length > 0,
    editable: folders.some((line) => line.startsWith("-")),
    optionLines: indexes.map((url) => `--extra-index-url ${url}`),
    packages: installed.map((one) => lineOf(one, hashes)),
    folders,
    options: { ownIndex: false, pre: false, trustedHosts: [], hashes },
    locked: true,
    refusedByUv: undefined,
    refused: undefined,
  };
}

function hasHash({ origin }: LockedPackage): boolean {
  return origin.kind !== "path" && origin.hashes.length > 0;
}

function lineOf({ name, origin, marker }: LockedPackage, withHashes: boolean): string {
  const condition = marker === undefined ? "" : ` ; ${marker}`;
  switch (origin.kind) {
    case "index":
      return `${name}==${origin.version}${condition}${hashesOf(origin.hashes, withHashes)}`;
    case "address":
      return `${name} @ ${origin.address}${condition}${hashesOf(origin.hashes, withHashes)}`;
    case "path":
      return `${origin.editable ? "-e " : ""}./${origin.path.replace(/^(?:\.\/)+/, "")}`;
  }
}

function hashesOf(hashes: readonly string[], wanted: boolean): string {
  return wanted ? hashes.map((hash) => ` --hash=${hash}`).join("") : "";
}

/** What a reader of locks gives: what is wrong is the end of a sentence about the file. */
export type ReadLock = Result<LockedFile, { readonly message: string; readonly help: string }>;
