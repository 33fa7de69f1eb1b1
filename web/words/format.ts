import { language } from "./language.ts";

/**
 * `43:51` or `1:52:10`; under a minute `0:38`, under a second `0.3 s`, and from a hundred hours on
 * `17 d 2 h`.
 */
export function duration(milliseconds: number): string {
  if (milliseconds > 0 && milliseconds < 1_000) return tenths(milliseconds);
  const seconds = Math.max(0, Math.round(milliseconds / 1_000));
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (h >= 100) return `${Math.floor(h / 24)}\u00A0d\u00A0${h % 24}\u00A0h`;
  const two = (value: number): string => String(value).padStart(2, "0");
  return h === 0 ? `${m}:${two(s)}` : `${h}:${two(m)}:${two(s)}`;
}

/**
 * `18 h`, `1 h 31 min`, `48 min`, `20 s`, `0.3 s`: a length of time in words that both languages
 * share.
 */
export function span(milliseconds: number): string {
  const length = Math.abs(milliseconds);
  if (length > 0 && length < 1_000) return tenths(length);
  if (Math.round(length / 1_000) < 60) return `${Math.round(length / 1_000)} s`;
  const minutes = Math.round(length / 60_000);
  if (minutes < 60) return `${minutes} min`;
  const [h, m] = [Math.floor(minutes / 60), minutes % 60];
  if (h < 3 && m > 0) return `${h} h ${m} min`;
  if (h < 48) return `${Math.round(minutes / 60)} h`;
  return `${Math.round(minutes / 1_440)} d`;
}

/** `0.3 s`: less than a second, and something. */
function tenths(milliseconds: number): string {
  const make = () => new Intl.NumberFormat(language.value, { maximumFractionDigits: 1 });
  const seconds = Math.min(0.9, Math.max(0.1, milliseconds / 1_000));
  return `${formatter("tenths", make).format(seconds)}\u00A0s`;
}

/** `in 18 h` or `42 min ago`. */
export function relative(at: number, now: number): string {
  const away = at - now;
  const pt = language.value === "pt-BR";
  if (Math.abs(away) < 5_000) return pt ? "agora" : "now";
  const hours = Math.round(Math.abs(away) / 3_600_000);
  const about = hours >= 2 && hours < 48 ? `${hours} h` : span(away);
  if (away > 0) return pt ? `em ${about}` : `in ${about}`;
  return pt ? `há ${about}` : `${about} ago`;
}

/** `1,845` or `1.845`. */
export function count(value: number): string {
  return formatter("count", () => new Intl.NumberFormat(language.value)).format(value);
}

/** A measured number with at most four digits that count, such as `0.846`. */
export function measure(value: number): string {
  const make = () => new Intl.NumberFormat(language.value, { maximumSignificantDigits: 4 });
  return formatter("measure", make).format(value);
}

/** `1.2 GB`, in steps of 1,000. */
export function bytes(value: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, value)) / 3));
  const make = () => new Intl.NumberFormat(language.value, { maximumSignificantDigits: 3 });
  return `${formatter("bytes", make).format(value / 1_000 ** step)} ${units[step]}`;
}

let ownZone: string | undefined;

/** Shows times by this zone's clock where none is named: the workspace's, as its nights are. */
export function showZone(zone: string): void {
  ownZone = zone;
}

/** `12 %` of a share of 0 to 1; what is little, but not nothing, is `< 1 %`. */
export function percent(share: number): string {
  if (share > 0 && share < 0.01) return "< 1 %";
  return `${Math.floor(share * 100)} %`;
}

type Style = "time" | "second" | "day" | "moment" | "full";

const styles: Readonly<Record<Style, Intl.DateTimeFormatOptions>> = {
  time: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  second: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
  day: { weekday: "short", day: "numeric", month: "short" },
  moment: {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  },
  full: { dateStyle: "full", timeStyle: "long" },
};

/**
 * A moment by a zone's clock: `03:00`, `Fri 13 Nov`, `Fri 13 Nov, 03:00`, or in full for a title.
 *
 * @param zone IANA name; `undefined`: the workspace's
 */
export function clock(at: number, style: Style, zone = ownZone): string {
  const lang = language.value === "en" ? "en-GB" : language.value;
  const make = () => new Intl.DateTimeFormat(lang, { ...styles[style], timeZone: zone });
  const text = formatter(`${style} ${zone}`, make).format(at);
  return style === "full" ? text : text.replaceAll(".", "").replaceAll(" de ", " ");
}

/** Minutes that the workspace's clock is ahead of UTC at a moment: -180 in São Paulo. */
export function zoneOffset(at: number): number {
  const make = () =>
    new Intl.DateTimeFormat("en", { timeZone: ownZone, timeZoneName: "longOffset" });
  const text = formatter(`offset ${ownZone}`, make).format(at);
  const found = /GMT(?<sign>[+-])(?<hours>\d\d):(?<minutes>\d\d)/.exec(text)?.groups;
  const minutes = Number(found?.["hours"] ?? 0) * 60 + Number(found?.["minutes"] ?? 0);
  return found?.["sign"] === "-" ? -minutes : minutes;
}

/** Formatters are costly to make, and there are few of them. */
const formatters = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat>();

function formatter<F extends Intl.DateTimeFormat | Intl.NumberFormat>(
  name: string,
  make: () => F,
): F {
  const key = `${language.value} ${name}`;
  const known = formatters.get(key);
  if (known !== undefined) return known as F;
  const made = make();
  formatters.set(key, made);
  return made;
}
