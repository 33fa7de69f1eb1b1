/** A file to write: its path below the folder it belongs to, with `/`. */
export interface TemplateFile {
  readonly path: string;
  readonly text: string | Uint8Array;
  /** True for a script. */
  readonly executable?: boolean;
}
