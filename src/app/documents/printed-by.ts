import type { DocumentName } from "./documents.ts";

/** Which command prints a document. */
export interface PrintedBy {
  /** As they are typed, without `esteira`. */
  readonly commands: readonly string[];
  /** One of many lines of a command that continues. */
  readonly line?: true;
}

const runLines = ["run", "resume", "logs"] as const;
const watchLine = { commands: ["watch"], line: true } as const;
const backfillLine = { commands: ["backfill"], line: true } as const;

export const printedBy: Readonly<Record<DocumentName, PrintedBy>> = {
  error: { commands: [] },
  validate: { commands: ["validate"] },
  init: { commands: ["init"] },
  new: { commands: ["new"] },
  adopt: { commands: ["adopt"] },
  test: { commands: ["test"] },
  env: { commands: ["env"] },
  shell: { commands: ["shell"] },
  "dev-step": { commands: ["dev"], line: true },
  simulate: { commands: ["simulate"] },
  completion: { commands: ["completion"] },
  version: { commands: ["version"] },
  plan: { commands: ["plan"] },
  applied: { commands: ["deploy", "rollback", "destroy", "bootstrap"] },
  "base-layer": { commands: ["bootstrap"] },
  releases: { commands: ["releases"] },
  garbage: { commands: ["gc"] },
  "model-list": { commands: ["model list"] },
  "model-show": { commands: ["model show"] },
  "model-history": { commands: ["model history"] },
  "model-compare": { commands: ["model compare"] },
  "model-promote": { commands: ["model promote"] },
  "model-remove-alias": { commands: ["model remove-alias"] },
  run: { commands: ["status RUN"] },
  "run-event": { commands: runLines, line: true },
  "run-log": { commands: runLines, line: true },
  "run-waiting": { commands: runLines, line: true },
  "run-end": { commands: ["run", "resume"], line: true },
  started: { commands: ["run --detach", "resume --detach"] },
  stopped: { commands: ["stop"] },
  checks: { commands: ["checks"] },
  report: { commands: ["report"] },
  artifacts: { commands: ["artifacts ls"] },
  "artifacts-fetched": { commands: ["artifacts get"] },
  "artifacts-place": { commands: ["artifacts open"] },
  runs: { commands: ["runs"] },
  costs: { commands: ["costs"] },
  overview: { commands: ["status"] },
  deliveries: { commands: ["notify test", "notify retry"] },
  "backfill-plan": backfillLine,
  "backfill-begun": backfillLine,
  "backfill-ended": backfillLine,
  "backfill-end": backfillLine,
  watch: { commands: ["watch --once"] },
  "watch-finding": watchLine,
  "watch-settled": watchLine,
  "watch-unavailable": watchLine,
  schedule: {
    commands: ["schedule show", "schedule next", "schedule disable", "schedule enable"],
  },
  "schedule-list": { commands: ["schedule list"] },
  up: { commands: ["up"], line: true },
  verify: { commands: ["verify"] },
  doctor: { commands: ["doctor"] },
  audit: { commands: ["audit"] },
  policy: {
    commands: [
      "iam deploy-policy",
      "iam plan-policy",
      "iam read-policy",
      "iam run-policy",
      "iam task-policy",
    ],
  },
  secret: { commands: ["secrets set", "secrets rm"] },
  secrets: { commands: ["secrets list"] },
  "github-roles": { commands: ["iam github-role"] },
  "branch-check": { commands: ["ci check-branch"] },
  changed: { commands: ["ci changed"] },
  "changed-tests": { commands: ["ci test"] },
  "branch-environment": { commands: ["ci environment"] },
  comment: { commands: ["ci comment"] },
  protection: { commands: ["ci protect"] },
  console: { commands: ["console"] },
  "console-token": { commands: ["console token add"] },
  "console-tokens": { commands: ["console token list", "console token remove"] },
};
