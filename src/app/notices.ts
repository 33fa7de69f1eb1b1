import type { Diagnostic } from "../core/diagnostic.ts";

/** Who is notified of what doesn't prevent an operation and should be known all the same. */
export interface Notices {
  /** Warnings about the configs and sources of projects. */
  readonly warnings: (diagnostics: readonly Diagnostic[]) => Promise<void>;
  /** What is wrong with the address or the credentials of the model registry, a sentence each. */
  readonly registry: (text: string) => void;
}
