import { useSignal } from "@preact/signals";

import { addressFor } from "../../api/api.ts";
import { addressOf } from "../../app/addresses.ts";
import { parameter, setParameters } from "../../app/location.ts";
import { Glyph } from "../../parts/outcome.tsx";
import { bytes, count } from "../../words/format.ts";
import { type Chosen, hashOf } from "./log-hash.ts";
import { type LogLines, type LogOf, queryOf } from "./log-lines.ts";
import type { LogScroll } from "./use-scroll.ts";
import { logWords } from "./words.ts";

/** What is chosen, how long the log is, how it is shown, and where it can be had whole. */
export function LogFoot({
  of,
  lines,
  scroll,
  showEnd,
  chosen,
  full,
}: {
  readonly of: LogOf;
  readonly lines: LogLines;
  readonly scroll: LogScroll;
  readonly showEnd: () => void;
  readonly chosen: Chosen | undefined;
  readonly full: boolean;
}) {
  const about = lines.about.value;
  const words = logWords();
  const raw = addressFor("logRaw", { env: of.environment, run: of.run }, queryOf(of));
  return (
    <footer>
      {chosen !== undefined && (
        <>
          <span>{words.chosen(hashOf(chosen))}</span>
          <CopyLink />
        </>
      )}
      <span class="dim cut">
        {typeof about?.total === "number" && words.lines(count(about.total))}
        {typeof about?.bytes === "number" && `, ${bytes(about.bytes)}`}
      </span>
      {about?.growing === true && (
        <span class="tag running">
          <Glyph of="running" />
          {words.growing}
        </span>
      )}
      <span class="push" />
      {scroll.at.value !== "end" && lines.count > scroll.rows.value && (
        <button type="button" class="textlink noprint" onClick={showEnd}>
          {words.end}
        </button>
      )}
      <Toggle name="wrap" label={words.wrap} />
      <Toggle name="times" label={words.times} />
      <a class="link noprint" href={`/api/v1${raw}`} download="">
        {words.download}
      </a>
      {!full && (
        <a class="link noprint" href={fullAddress(of)}>
          {words.full}
        </a>
      )}
    </footer>
  );
}

/** The page on which the same log has the whole screen, at the same lines. */
function fullAddress({ environment, run, step, attempt, item }: LogOf): string {
  const query = new URLSearchParams({ step });
  if (attempt !== undefined) query.set("try", String(attempt));
  if (item !== undefined) query.set("item", String(item));
  for (const name of ["q", "wrap", "times"]) {
    const value = parameter(name);
    if (value !== undefined) query.set(name, value);
  }
  return `${addressOf.run(environment, run, "log")}?${query.toString()}${location.hash}`;
}

/** Whether lines are wrapped and times are shown; both are, unless the address says no. */
export const isOn = (name: "wrap" | "times"): boolean => parameter(name) !== "off";

/** Turns it over. */
export function turn(name: "wrap" | "times"): void {
  setParameters({ [name]: isOn(name) ? "off" : undefined });
}

function Toggle({ name, label }: { readonly name: "wrap" | "times"; readonly label: string }) {
  return (
    <button
      type="button"
      class="textlink noprint"
      aria-pressed={isOn(name)}
      onClick={() => turn(name)}
    >
      {label}
    </button>
  );
}

function CopyLink() {
  const copied = useSignal(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(location.href);
    copied.value = true;
    setTimeout(() => {
      copied.value = false;
    }, 1_500);
  };
  return (
    <button type="button" class="textlink noprint" onClick={() => void copy()}>
      <span aria-live="polite">{copied.value ? logWords().copied : logWords().copyLink}</span>
    </button>
  );
}
