import type { z } from "zod";

import {
  backfillPreviewDocument,
  consoleAuditDocument,
  operationDocument,
  promoteActionDocument,
  runActionDocument,
  scheduleActionDocument,
} from "./console-actions.ts";
import { fleetDocument, tonightDocument } from "./console-fleet.ts";
import {
  artifactLookDocument,
  artifactsDocument,
  consoleLogDocument,
  logSearchDocument,
} from "./console-log.ts";
import {
  compareReleasesDocument,
  consoleRunsDocument,
  durationsDocument,
  projectDocument,
  projectModelsDocument,
  resourcesDocument,
} from "./console-project.ts";
import {
  compareRunsDocument,
  consoleRunDocument,
  runEventsDocument,
  runItemsDocument,
} from "./console-run.ts";
import { openApiDocument, sessionDocument } from "./console-session.ts";
import { planDocument, releasesDocument } from "./deploys.ts";
import type { Made } from "./made.ts";
import { errorDocument } from "./projects.ts";

/** Every answer of the console's API, by its name: the documents of `--json` where they serve. */
export const consoleDocuments = {
  error: errorDocument,
  session: sessionDocument,
  openapi: openApiDocument,
  fleet: fleetDocument,
  tonight: tonightDocument,
  project: projectDocument,
  runs: consoleRunsDocument,
  durations: durationsDocument,
  releases: releasesDocument,
  "compare-releases": compareReleasesDocument,
  resources: resourcesDocument,
  models: projectModelsDocument,
  run: consoleRunDocument,
  "run-items": runItemsDocument,
  "run-events": runEventsDocument,
  "compare-runs": compareRunsDocument,
  log: consoleLogDocument,
  "log-search": logSearchDocument,
  artifacts: artifactsDocument,
  "artifact-look": artifactLookDocument,
  plan: planDocument,
  audit: consoleAuditDocument,
  "run-action": runActionDocument,
  "schedule-action": scheduleActionDocument,
  "promote-action": promoteActionDocument,
  "backfill-preview": backfillPreviewDocument,
  operation: operationDocument,
} as const;

export type ConsoleDocumentName = keyof typeof consoleDocuments;

/** An answer as a browser reads it. */
export type ConsoleDocument<Name extends ConsoleDocumentName> = z.infer<
  (typeof consoleDocuments)[Name]
>;

/** An answer as an operation makes it. */
export type ConsoleDocumentOf<Name extends ConsoleDocumentName> = Made<ConsoleDocument<Name>>;
