import type { ConsoleDocument } from "../../../src/app/documents/console.ts";

export type ProjectDocument = ConsoleDocument<"project">;

/** What each part of the page gets. */
export interface PartProperties {
  readonly environment: string;
  readonly about: ProjectDocument;
}
