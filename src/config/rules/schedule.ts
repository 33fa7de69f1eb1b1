import { parseCron } from "../../schedule/cron.ts";
import type { Problem } from "../problem.ts";
import { nearest } from "../suggest.ts";
import type { ProjectContext } from "./rule.ts";

/**
 * Cron must mean the same to cron, to EventBridge and to the local scheduler, and must fire at some
 * time.
 */
export function cronIsUnderstood({ config }: ProjectContext): Problem[] {
  const cron = config.schedule?.cron;
  if (cron === undefined) return [];
  const parsed = parseCron(cron);
  if (parsed.ok) return [];
  const { reason, message, help, start, length } = parsed.error;
  return [
    { code: `cron/${reason}`, path: ["schedule", "cron"], part: { start, length }, message, help },
  ];
}

/** What only a schedule gives sense to needs one. */
export function scheduleHasCron({ config }: ProjectContext): Problem[] {
  const { schedule } = config;
  if (!schedule || schedule.cron !== undefined) return [];
  const { enabled, after, on, deadline, flexible_window_minutes: window } = schedule;
  const field =
    enabled === true && after === undefined && on === undefined
      ? "enabled"
      : deadline !== undefined
        ? "deadline"
        : window !== undefined
          ? "flexible_window_minutes"
          : undefined;
  if (field === undefined) return [];
  return [
    {
      code: "config/missing-cron",
      path: ["schedule", field],
      message: `schedule.${field} is given, but there is no cron`,
      help: 'add "cron:", as in cron: "0 3 * * *", or remove the line',
    },
  ];
}

/** EventBridge Scheduler takes IANA names of at most 50 characters, spelled as IANA does. */
export function timeZoneExists({ config }: ProjectContext): Problem[] {
  return zoneProblems(config.schedule?.timezone, ["schedule", "timezone"]);
}

/** What is wrong with the name of a zone; nothing where there is none. */
export function zoneProblems(zone: string | undefined, path: readonly string[]): Problem[] {
  if (zone === undefined) return [];
  const exact = canonicalZone(zone);
  if (exact === zone) return [];
  return [
    {
      code: "config/unknown-time-zone",
      path,
      message: `there is no time zone ${JSON.stringify(zone)}`,
      help: exact === undefined ? zoneSuggestion(zone) : `did you mean "${exact}"?`,
    },
  ];
}

// The default needs no look-up: the first one in a process reads the library's tables, 10 ms.
const zones = new Map<string, string | undefined>([["UTC", "UTC"]]);

/**
 * The zone's name in IANA's spelling; an old name of a zone (`Asia/Calcutta`) is as good as the new
 * one.
 */
function canonicalZone(zone: string): string | undefined {
  if (!zones.has(zone)) zones.set(zone, lookUpZone(zone));
  return zones.get(zone);
}

function lookUpZone(zone: string): string | undefined {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,49}$/.test(zone)) return undefined;
  let resolved: string;
  try {
    resolved = new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
  // The library reads names in any case; where case is the only difference, IANA's is wanted.
  return resolved.toLowerCase() === zone.toLowerCase() ? resolved : zone;
}

function zoneSuggestion(zone: string): string {
  const known = Intl.supportedValuesOf("timeZone");
  const wanted = zone.replaceAll(/[\s-]+/g, "_").toLowerCase();
  const city = known.find((name) => name.toLowerCase().split("/").at(-1) === wanted);
  const near = city ?? nearest(zone, known);
  return near === undefined
    ? 'write a name of the IANA database, such as "America/Sao_Paulo" or "UTC"'
    : `did you mean "${near}"?`;
}
