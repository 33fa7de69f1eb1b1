import type { Diagnostic, RelatedLocation, SourceLocation } from "../core/diagnostic.ts";

/** Where a value is in a configuration: keys and list indexes from the top. */
export type Path = readonly (string | number)[];

/** What a rule finds, before its place in the file is looked up. */
export interface Problem {
  readonly code: string;
  /** `error` unless said. */
  readonly severity?: Diagnostic["severity"];
  readonly message: string;
  readonly help?: string;
  readonly path: Path;
  /** Where it is, when that is another file than the configuration. */
  readonly location?: SourceLocation;
  /** What is underlined: the value unless said. */
  readonly at?: "key" | "value";
  /** Only this part of a text value: offset and length in code units. */
  readonly part?: { readonly start: number; readonly length: number };
  /** The value must not be shown: it may be a secret. */
  readonly hidden?: true;
  readonly related?: readonly { readonly path: Path; readonly message: string }[];
  /** Places in other files. */
  readonly elsewhere?: readonly RelatedLocation[];
}

/** How a value is called in a message: its last key, or `steps[2]` for an element of a list. */
export function nameOf(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return "the file";
  if (typeof last === "string") return last;
  const list = path.at(-2);
  return list === undefined ? `item ${last + 1}` : `item ${last + 1} of ${list}`;
}
