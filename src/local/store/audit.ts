import type { JsonObject } from "../../core/json.ts";
import type { Store } from "./store.ts";

/** Something that somebody did. */
export interface AuditEntry {
  readonly at: number;
  readonly environment: string;
  readonly actor: string;
  readonly action:
    | "deploy"
    | "destroy"
    | "disable-schedule"
    | "enable-schedule"
    | "start"
    | "stop"
    | "resume"
    | "promote-model"
    | "protect-branch"
    | "set-secret"
    | "remove-secret";
  /** Empty when it is about the environment as a whole. */
  readonly project: string;
  /** The run, where it is about one; else what exactly was done. */
  readonly subject?: string;
  /** Why, where somebody had to say. */
  readonly reason?: string;
  /** Absent: it was done. */
  readonly outcome?: "succeeded" | "failed" | "interrupted";
  /** Why it failed. */
  readonly error?: string;
  readonly details?: JsonObject;
}

type Outcome = NonNullable<AuditEntry["outcome"]>;

/** Adds to the audit trail, which is never changed. Inside the `write` of what it records. */
export function audit(store: Store, entry: AuditEntry): void {
  store.run(
    "INSERT INTO audit (at, environment, actor, action, project, subject, details) VALUES (?, ?, ?, ?, ?, ?, ?)",
    entry.at,
    entry.environment,
    entry.actor,
    entry.action,
    entry.project,
    entry.subject ?? null,
    JSON.stringify({
      ...entry.details,
      ...(entry.reason === undefined ? {} : { reason: entry.reason }),
      ...(entry.outcome === undefined ? {} : { outcome: entry.outcome }),
      ...(entry.error === undefined ? {} : { error: entry.error }),
    }),
  );
}

/** Newest first, those before an entry. */
export function auditTrail(
  store: Store,
  environment: string,
  limit: number,
  before = Number.MAX_SAFE_INTEGER,
): (AuditEntry & { readonly id: number })[] {
  const sql =
    "SELECT id, at, environment, actor, action, project, subject, details FROM audit WHERE environment = ? AND id < ? ORDER BY id DESC LIMIT ?";
  return store.all(sql, environment, before, limit).map((row) => {
    const details = JSON.parse(String(row["details"])) as JsonObject;
    return {
      id: Number(row["id"]),
      at: Number(row["at"]),
      environment: String(row["environment"]),
      actor: String(row["actor"]),
      action: String(row["action"]) as AuditEntry["action"],
      project: String(row["project"]),
      ...(typeof row["subject"] === "string" ? { subject: row["subject"] } : {}),
      ...(typeof details["reason"] === "string" ? { reason: details["reason"] } : {}),
      ...(typeof details["outcome"] === "string" ? { outcome: details["outcome"] as Outcome } : {}),
      ...(typeof details["error"] === "string" ? { error: details["error"] } : {}),
      details,
    };
  });
}
