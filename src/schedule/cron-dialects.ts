import type { CronProblem } from "./cron-problem.ts";

/** What is written in another way than Unix cron's, before its fields are looked at. */
export type Dialect = Pick<CronProblem, "reason" | "message" | "help" | "advice">;

const FIVE_FIELDS =
  'write five fields: minute, hour, day of month, month, day of week, as in "0 3 * * *"';

/** Gives an expression as Unix cron can say it; undefined where it can't. */
export type Reading = (text: string) => string | undefined;

/**
 * Names an expression that isn't Unix cron for what it is; undefined for what may be one.
 *
 * @param readable reads what would be offered instead
 */
export function dialectOf(text: string, readable: Reading): Dialect | undefined {
  return (
    typographicQuotes(text, readable) ??
    zoneInFront(text, readable) ??
    eventBridge(text, readable) ??
    zoneBehind(text, readable) ??
    sixFields(text, readable)
  );
}

const quotes = /[\u2018-\u201F\u00AB\u00BB]/g;

function typographicQuotes(text: string, readable: Reading): Dialect | undefined {
  const [found] = text.match(quotes) ?? [];
  if (found === undefined) return undefined;
  const plain = readable(text.replaceAll(quotes, ""));
  return {
    reason: "syntax",
    message: `cron has a typographic quote (${found}), which YAML takes for a part of the text`,
    help:
      plain === undefined
        ? 'write it in straight quotes (")'
        : `write it in straight quotes: "${plain}"`,
    advice: plain === undefined ? [] : [plain],
  };
}

function zoneInFront(text: string, readable: Reading): Dialect | undefined {
  const [, zone, rest] = /^(?:CRON_)?TZ\s*=\s*(\S+)\s+(.*)$/is.exec(text) ?? [];
  return zone === undefined || rest === undefined ? undefined : zoned(zone, rest, readable);
}

/** `0 3 * * * America/Sao_Paulo` */
function zoneBehind(text: string, readable: Reading): Dialect | undefined {
  const [, rest, zone] =
    /^((?:\S+\s+){5})(UTC|GMT|[A-Z][A-Za-z_]+(?:\/[A-Za-z_+\-0-9]+)+)$/.exec(text) ?? [];
  return zone === undefined || rest === undefined ? undefined : zoned(zone, rest.trim(), readable);
}

function zoned(zone: string, rest: string, readable: Reading): Dialect {
  const plain = readable(rest);
  return {
    reason: "time-zone",
    message: `cron says a time zone, ${zone}, which has a separate field`,
    help: `write ${plain === undefined ? "cron without it" : `"${plain}"`}, and beside it: timezone: "${zone}"`,
    advice: plain === undefined ? [] : [plain],
  };
}

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */
function eventBridge(text: string, readable: Reading): Dialect | undefined {
  const [, kind, rest = ""] = /^(cron|rate|at)\s*\((.*)$/is.exec(text) ?? [];
  if (kind === undefined) return undefined;
  const inside = rest.replace(/\)$/, "").trim();
  const message = `"${text}" is an EventBridge expression; cron is written the Unix way`;
  switch (kind.toLowerCase()) {
    case "at":
      return {
        reason: "not-unix",
        message,
        help: "a schedule repeats; what runs once is started by hand, with `esteira run`",
        advice: [],
      };
    case "rate": {
      const often = rateInCron(inside);
      return {
        reason: "not-unix",
        message,
        help:
          often === undefined
            ? `${FIVE_FIELDS}; cron counts by the clock, not from the deploy`
            : `write "${often}", which fires as often, by the clock and not from the deploy`,
        advice: often === undefined ? [] : [often],
      };
    }
    default: {
      const unix = fromEventBridge(inside, readable);
      return {
        reason: "not-unix",
        message,
        help: `${unix === undefined ? FIVE_FIELDS : `write "${unix}"`}; it is translated for EventBridge by the deploy`,
        advice: unix === undefined ? [] : [unix],
      };
    }
  }
}

/** `1 hour` is `0 * * * *`; undefined for what doesn't divide a day evenly. */
function rateInCron(rate: string): string | undefined {
  const [, number, unit] = /^(\d+)\s+(minute|hour|day)s?$/i.exec(rate) ?? [];
  const every = Number(number);
  switch (unit?.toLowerCase()) {
    case "minute":
      if (every < 1 || every > 60 || 60 % every !== 0) return undefined;
      return every === 60 ? "0 * * * *" : every === 1 ? "* * * * *" : `*/${every} * * * *`;
    case "hour":
      if (every < 1 || every > 24 || 24 % every !== 0) return undefined;
      return every === 24 ? "0 0 * * *" : every === 1 ? "0 * * * *" : `0 */${every} * * *`;
    case "day":
      return every === 1 ? "0 0 * * *" : undefined;
    default:
      return undefined;
  }
}

/** Six fields, the last one the year; a day of the week counts from Sunday = 1. */
function fromEventBridge(inside: string, readable: Reading): string | undefined {
  const [minute, hour, day, month, weekday, year, more] = inside.split(/\s+/);
  if (weekday === undefined || year !== "*" || more !== undefined) return undefined;
  const shifted = weekday
    .split(",")
    .map((item) => {
      const [values = "", step] = item.split("/");
      // `1/2` begins on Sunday; the number after the slash is a step and no day.
      const days = values.replaceAll(/\d+/g, (number) => String(Number(number) - 1));
      return step === undefined ? days : `${days}/${step}`;
    })
    .join(",");
  return readable([minute, hour, day, month, shifted].join(" "));
}

/** Seconds in front, as Quartz and Spring have them, or a year behind. */
function sixFields(text: string, readable: Reading): Dialect | undefined {
  const parts = text.split(/\s+/);
  if (parts.length !== 6) return undefined;
  const isYear = /^(\*|\d{4})([-,/].*)?$/.test(parts[5] ?? "");
  const withoutSeconds = /^0?0$/.test(parts[0] ?? "")
    ? readable(parts.slice(1).join(" "))
    : undefined;
  const withoutYear =
    isYear && parts[5] === "*" ? readable(parts.slice(0, 5).join(" ")) : undefined;
  const advice = [
    ...(withoutSeconds === undefined
      ? []
      : [["with seconds in front it is", withoutSeconds] as const]),
    ...(withoutYear === undefined ? [] : [["with a year behind it is", withoutYear] as const]),
  ];
  return {
    reason: "field-count",
    message: "cron has 6 fields instead of five",
    help:
      advice.length === 0
        ? `seconds and years can't be given; ${FIVE_FIELDS}`
        : `seconds and years can't be given: ${advice.map(([what, cron]) => `${what} "${cron}"`).join(", ")}`,
    advice: advice.map(([, cron]) => cron),
  };
}
