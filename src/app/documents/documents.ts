import type { z } from "zod";

import { artifactsDocument, artifactsPlaceDocument, fetchedDocument } from "./artifacts.ts";
import {
  branchEnvironmentDocument,
  changedDocument,
  changedTestsDocument,
  checkBranchDocument,
  commentDocument,
  protectDocument,
} from "./branches.ts";
import {
  appliedDocument,
  baseLayerDocument,
  garbageDocument,
  planDocument,
  releasesDocument,
} from "./deploys.ts";
import {
  backfillBegunLine,
  backfillEndedLine,
  backfillEndLine,
  backfillPlanLine,
} from "./backfill.ts";
import { checksDocument } from "./checks.ts";
import { reportDocument } from "./report.ts";
import { consoleDocument, consoleTokenDocument, consoleTokensDocument } from "./console-tokens.ts";
import { costsDocument } from "./costs.ts";
import {
  auditDocument,
  doctorDocument,
  gitHubRolesDocument,
  policyDocument,
  secretDocument,
  secretsDocument,
  verifyDocument,
} from "./environments.ts";
import type { Made } from "./made.ts";
import { modelHistoryDocument } from "./model-history.ts";
import {
  modelCompareDocument,
  modelListDocument,
  modelPromoteDocument,
  modelRemoveAliasDocument,
  modelShowDocument,
} from "./models.ts";
import {
  completionDocument,
  errorDocument,
  adoptDocument,
  initDocument,
  newDocument,
  devStepDocument,
  envDocument,
  shellDocument,
  simulateDocument,
  testDocument,
  validateDocument,
  versionDocument,
} from "./projects.ts";
import {
  deliveriesDocument,
  eventLine,
  logLine,
  overviewDocument,
  runDocument,
  runLine,
  runsDocument,
  startedDocument,
  stoppedDocument,
  waitingLine,
} from "./runs.ts";
import { findingLine, settledLine, unavailableLine, watchDocument } from "./watch.ts";
import { scheduleDocument, scheduleListDocument } from "./schedules.ts";
import { upLine } from "./up.ts";

/**
 * Every document that `--json` gives, by its name. Loads zod: the command line imports types from
 * here and nothing else.
 */
export const documents = {
  error: errorDocument,
  validate: validateDocument,
  init: initDocument,
  new: newDocument,
  adopt: adoptDocument,
  test: testDocument,
  "dev-step": devStepDocument,
  env: envDocument,
  shell: shellDocument,
  simulate: simulateDocument,
  completion: completionDocument,
  version: versionDocument,
  plan: planDocument,
  applied: appliedDocument,
  "base-layer": baseLayerDocument,
  releases: releasesDocument,
  garbage: garbageDocument,
  "model-list": modelListDocument,
  "model-show": modelShowDocument,
  "model-history": modelHistoryDocument,
  "model-compare": modelCompareDocument,
  "model-promote": modelPromoteDocument,
  "model-remove-alias": modelRemoveAliasDocument,
  run: runDocument,
  "run-event": eventLine,
  "run-log": logLine,
  "run-waiting": waitingLine,
  "run-end": runLine,
  started: startedDocument,
  stopped: stoppedDocument,
  checks: checksDocument,
  report: reportDocument,
  artifacts: artifactsDocument,
  "artifacts-fetched": fetchedDocument,
  "artifacts-place": artifactsPlaceDocument,
  runs: runsDocument,
  costs: costsDocument,
  overview: overviewDocument,
  deliveries: deliveriesDocument,
  "backfill-plan": backfillPlanLine,
  "backfill-begun": backfillBegunLine,
  "backfill-ended": backfillEndedLine,
  "backfill-end": backfillEndLine,
  watch: watchDocument,
  "watch-finding": findingLine,
  "watch-settled": settledLine,
  "watch-unavailable": unavailableLine,
  schedule: scheduleDocument,
  "schedule-list": scheduleListDocument,
  up: upLine,
  verify: verifyDocument,
  doctor: doctorDocument,
  audit: auditDocument,
  policy: policyDocument,
  secret: secretDocument,
  secrets: secretsDocument,
  "github-roles": gitHubRolesDocument,
  "branch-check": checkBranchDocument,
  changed: changedDocument,
  "changed-tests": changedTestsDocument,
  "branch-environment": branchEnvironmentDocument,
  comment: commentDocument,
  protection: protectDocument,
  console: consoleDocument,
  "console-token": consoleTokenDocument,
  "console-tokens": consoleTokensDocument,
} as const;

export type DocumentName = keyof typeof documents;

/** A document as it is printed. */
export type Printed<Name extends DocumentName> = z.infer<(typeof documents)[Name]>;

/** A document as an operation makes it. */
export type DocumentOf<Name extends DocumentName> = Made<Printed<Name>>;
