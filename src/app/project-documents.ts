import type { Diagnostic } from "../core/diagnostic.ts";
import type { Adoption } from "./adopt/adoption.ts";
import type { DocumentOf } from "./documents/documents.ts";

/** A folder that became a project. */
export interface Adopted extends Adoption {
  /** Relative to the root, with `/`. */
  readonly folder: string;
  /** Relative to the folder. */
  readonly written: readonly string[];
}

/** A folder that can't become a project as it is. */
export interface RefusedFolder {
  /** Relative to the root, with `/`. */
  readonly folder: string;
  readonly message: string;
  readonly help: string;
}

/** What `adopt` made, as `--json` gives it. */
export function adoptDocument(
  adopted: readonly Adopted[],
  refused: readonly RefusedFolder[],
  diagnostics: readonly Diagnostic[],
): DocumentOf<"adopt"> {
  const projects = adopted.map(({ name, folder, written, assumptions, remarks }) => ({
    project: name,
    folder,
    written,
    assumptions,
    remarks,
  }));
  return { projects, refused, diagnostics };
}

/** A workspace that `init` made or completed, as `--json` gives it. */
export function initDocument(
  workspace: string,
  root: string,
  written: readonly string[],
  changes: { readonly paths: readonly string[]; readonly applied: boolean },
  remarks: readonly string[],
): DocumentOf<"init"> {
  const { paths, applied } = changes;
  return {
    workspace,
    root,
    written,
    changed: applied ? paths : [],
    pending: applied ? [] : paths,
    remarks,
  };
}

/** A project that `new` made, as `--json` gives it. */
export function newDocument(
  project: string,
  folder: string,
  written: readonly string[],
): DocumentOf<"new"> {
  return { project, folder, written };
}

/**
 * How a project's tests ended, as `--json` gives it.
 *
 * @param command undefined: the project has none
 */
export function testDocument(
  project: string,
  command: string | undefined,
  exitCode: number,
): DocumentOf<"test"> {
  return { project, command, exitCode };
}

/** What a shell reads to complete commands, as `--json` gives it. */
export function completionDocument(shell: string, script: string): DocumentOf<"completion"> {
  return { shell, script };
}
