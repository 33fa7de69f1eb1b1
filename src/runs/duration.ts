/**
 * A length of time as people say it: `less than 1 s`, `12 s`, `4 min 5 s`, `2 h 3 min`, `3 d 4 h`.
 */
export function sayDuration(milliseconds: number): string {
  const seconds = Math.round(Math.max(0, milliseconds) / 1000);
  if (milliseconds < 1000) return "less than 1 s";
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return join(`${minutes} min`, seconds % 60, "s");
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return join(`${hours} h`, minutes % 60, "min");
  return join(`${Math.floor(hours / 24)} d`, hours % 24, "h");
}

function join(first: string, rest: number, unit: string): string {
  return rest === 0 ? first : `${first} ${rest} ${unit}`;
}

/** The day that an instant has in a zone: `2026-01-31`. */
export function sayDay(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" }).format(at);
}

/**
 * An instant to the minute: `2026-01-31 03:00 UTC`, or with a zone
 * `2026-01-31 00:00 America/Sao_Paulo (03:00 UTC)`.
 *
 * @param timezone IANA name
 */
export function sayInstant(at: number, timezone = "UTC"): string {
  const utc = new Date(at).toISOString().slice(0, 16).replace("T", " ");
  if (timezone === "UTC") return `${utc} UTC`;
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: timezone,
    dateStyle: "short",
    timeStyle: "short",
    hourCycle: "h23",
  });
  const local = parts.format(at).replace(",", "");
  // The day is said again only where it is another one.
  const beside = local.slice(0, 10) === utc.slice(0, 10) ? utc.slice(11) : utc;
  return `${local} ${timezone} (${beside} UTC)`;
}
