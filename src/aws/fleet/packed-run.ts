import type { ExecutionStatus } from "../../core/history.ts";
import type { RunSummary, Trigger } from "../../runs/model.ts";

/** A run as the fleet's index has it. */
export interface IndexedRun {
  readonly run: RunSummary;
  /** How often it was redriven: what is known of a later try counts more. */
  readonly redriveCount: number;
}

/** What all runs of an environment have in common. */
export interface RunPlace {
  readonly environment: string;
  /** Where artifacts are, without a slash at its end. */
  readonly artifactsUri: string;
}

type Packed = readonly [
  status: ExecutionStatus,
  skipped: 0 | 1,
  trigger: Trigger,
  actor: string,
  startedAt: number,
  endedAt: number | null,
  scheduledTime: number | null,
  /** Null: the run itself. */
  origin: string | null,
  release: string,
  version: string,
  modelVersion: string | null,
  failure: string | null,
];

/**
 * Characters that a packed run may have: S3's keys have 1024 bytes, and what comes before it less
 * than 350.
 */
const longest = 660;

/** The run as a part of a key; of a text that is too long its beginning. */
export function packedRun({ run }: IndexedRun): string {
  for (let room = 400; ; room = Math.floor(room / 2)) {
    const fields: Packed = [
      run.status,
      run.skipped ? 1 : 0,
      run.trigger,
      beginning(run.actor, Math.min(room, 100)),
      run.startedAt,
      run.endedAt ?? null,
      run.scheduledTime ?? null,
      run.origin === run.run ? null : run.origin,
      run.release,
      beginning(run.version, Math.max(room, 40)),
      run.modelVersion === undefined ? null : beginning(run.modelVersion, Math.max(room, 40)),
      run.failure === undefined ? null : beginning(run.failure, room),
    ];
    const text = packed(fields);
    if (text.length <= longest || room < 2) return text;
  }
}

/** Undefined for what a later Esteira may have written. */
export function runFrom(
  text: string,
  { project, run, redriveCount }: { project: string; run: string; redriveCount: number },
  { environment, artifactsUri }: RunPlace,
): IndexedRun | undefined {
  const fields = unpacked(text) as Packed | undefined;
  if (fields === undefined || fields.length < 12) return undefined;
  const [status, skipped, trigger, actor, startedAt, endedAt, scheduledTime] = fields;
  const [, , , , , , , origin, release, version, modelVersion, failure] = fields;
  return {
    redriveCount,
    run: {
      run,
      project,
      environment,
      status,
      skipped: skipped === 1,
      interrupted: false,
      trigger,
      actor,
      startedAt,
      endedAt: endedAt ?? undefined,
      scheduledTime: scheduledTime ?? undefined,
      origin: origin ?? run,
      artifacts: `${artifactsUri}/${project}/${origin ?? run}/`,
      release,
      version,
      modelVersion: modelVersion ?? undefined,
      failure: failure ?? undefined,
      resumedBy: undefined,
    },
  };
}

/** Any value of JSON as a part of a key. */
export function packed(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** Undefined for what is no list. */
export function unpacked(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString());
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function beginning(text: string, length: number): string {
  const characters = Array.from(text);
  if (characters.length <= length) return text;
  return `${characters.slice(0, Math.max(0, length - 1)).join("")}…`;
}
