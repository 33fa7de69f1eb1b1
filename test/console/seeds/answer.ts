import type { ConsoleDocumentName } from "../../../src/app/documents/console.ts";

/** An answer of the API: a document by the name of its schema. */
export interface SeedAnswer {
  readonly name: ConsoleDocumentName;
  readonly document: unknown;
  readonly status?: number;
}
