/** Minutes east of UTC at an instant: what turns instants into the wall clock of the reader. */
export type UtcOffset = (at: number) => number;

/** `0.4s`, `12.3s`, `1m 05s`, `2h 03m`, `3d 04h`. */
export function duration(milliseconds: number): string {
  const tenths = Math.round(Math.max(0, milliseconds) / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)}s`;
  const seconds = Math.round(milliseconds / 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)}h ${two(minutes % 60)}m`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)}d ${two(hours % 24)}h`;
}

/** As `duration`, for something in progress: `12s`, `1m 05s`. */
export function wholeSeconds(milliseconds: number): string {
  return duration(Math.floor(Math.max(0, milliseconds) / 1000) * 1000).replace(".0s", "s");
}

/** `2026-01-31 03:00:00` by the reader's clock. */
export function dateTime(at: number, offset: UtcOffset): string {
  return new Date(at + offset(at) * 60_000).toISOString().slice(0, 19).replace("T", " ");
}

/** `03:00:00` by the reader's clock. */
export function timeOfDay(at: number, offset: UtcOffset): string {
  return dateTime(at, offset).slice(11);
}

/** `UTC`, `UTC-3`, `UTC+5:30`. */
export function zoneName(at: number, offset: UtcOffset): string {
  const minutes = offset(at);
  if (minutes === 0) return "UTC";
  const hours = Math.floor(Math.abs(minutes) / 60);
  const rest = Math.abs(minutes) % 60;
  return `UTC${minutes < 0 ? "-" : "+"}${hours}${rest === 0 ? "" : `:${String(rest).padStart(2, "0")}`}`;
}
