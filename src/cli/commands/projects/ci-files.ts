import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { TemplateFile } from "../../templates/file.ts";

/** A file that is there and is to have another text. */
export interface FileChange {
  readonly path: string;
  readonly before: string;
  /** Bytes of a package, which aren't shown. */
  readonly after: string | Uint8Array;
}

/** What `init` does for CI. */
export interface CiFiles {
  /** To be written where there is none. */
  readonly files: readonly TemplateFile[];
  /** To be made once somebody has agreed. */
  readonly changes: readonly FileChange[];
  /** What is left to do, a sentence each. */
  readonly remarks: readonly string[];
}

export const noCi: CiFiles = { files: [], changes: [], remarks: [] };

/** Says that a package is kept in the workspace's repository. */
export function vendorRemark(path: string): string {
  return `This Esteira is in no known registry, so CI installs the copy in ${path}: commit it.`;
}

/** A file's text; undefined where there is none. */
export async function textOf(root: string, path: string): Promise<string | undefined> {
  try {
    return await readFile(join(root, path), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
