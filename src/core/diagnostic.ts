/** One problem in a text that a person wrote, as data: who prints it decides how it looks. */
export interface Diagnostic {
  /** Stable and documented in `docs/reference/diagnostics.md`: `config/unknown-key`. */
  readonly code: string;
  readonly severity: "error" | "warning";
  /** What is wrong, one sentence without a full stop. */
  readonly message: string;
  /** What to do about it. */
  readonly help?: string;
  /** Where; absent only when no file is concerned. */
  readonly location?: SourceLocation;
  /** Other places that explain it: the first of two duplicates, for instance. */
  readonly related?: readonly RelatedLocation[];
}

export interface SourceLocation {
  /** Path relative to the workspace's root, with `/`. */
  readonly file: string;
  /** Absent when the problem is the file as a whole (missing, too large, unreadable). */
  readonly range?: SourceRange;
}

/** Lines and columns count from 1; columns count UTF-16 code units, tabs as one. */
export interface SourceRange {
  readonly line: number;
  readonly column: number;
  /** Number of code units to underline on that line, at least 1. */
  readonly length: number;
  /** The text of the line, without its line break. */
  readonly text: string;
}

export interface RelatedLocation {
  readonly message: string;
  readonly location: SourceLocation;
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}
