import { clock } from "../../words/format.ts";

/**
 * What is over a night: of a Monday its name, of the last one its date, which the name of a Monday
 * just before would cover.
 *
 * @param noon when it ends, milliseconds since the epoch
 * @param later nights after it
 */
export function nightLabel(noon: number, later: number, zone: string): string {
  const [weekday = "", date = ""] = clock(noon, "day", zone).split(/,? /);
  if (later === 0) return date;
  const monday = ["Mon", "seg"].includes(weekday);
  return monday && later > 2 ? `${weekday} ${date}` : "";
}
