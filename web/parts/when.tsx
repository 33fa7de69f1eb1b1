import { minute, second } from "../app/clock.ts";
import { clock, duration, relative } from "../words/format.ts";

/** `in 18 h` or `42 min ago`, with the moment itself as a title. */
export function Ago({ at }: { readonly at: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={clock(at, "full")}>
      {relative(at, minute.value)}
    </time>
  );
}

/** `Fri 13 Nov, 03:00` by a zone's clock; without one by the workspace's. */
export function Moment({
  at,
  zone,
  style = "moment",
}: {
  readonly at: number;
  readonly zone?: string | undefined;
  readonly style?: "time" | "day" | "moment";
}) {
  return (
    <time dateTime={new Date(at).toISOString()} title={clock(at, "full", zone)}>
      {clock(at, style, zone)}
    </time>
  );
}

/** How long something took, or takes by now: `43:51`. */
export function Took({ from, to }: { readonly from: number; readonly to: number | null }) {
  return <>{duration((to ?? second.value) - from)}</>;
}
