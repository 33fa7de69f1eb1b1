import type { ComponentChildren } from "preact";

import { clock } from "../../words/format.ts";
import { piecesOf } from "./ansi.ts";
import type { LogLine } from "./log-lines.ts";
import type { Mark } from "./log-search.ts";
import { logWords } from "./words.ts";

/** Words near the beginning of a line that say how bad it is. */
const levels = [
  ["bad", /\b(?:ERROR|FATAL|CRITICAL|PANIC)\b|^(?:\w+\.)*\w*(?:Error|Exception)\b:?/],
  ["warns", /\bWARN(?:ING)?\b/],
] as const;

/**
 * A line of a log: its number, which is a link to it, its time and its text with the colours that
 * the step gave it. The text only ever becomes text.
 */
export function Line({
  index,
  line,
  address,
  marks,
  at,
  chosen,
  isError,
  times,
  press,
}: {
  readonly index: number;
  /** `undefined` while it is on its way: it has its height before its text. */
  readonly line: LogLine | undefined;
  /** The address of the page with this line chosen. */
  readonly address: string;
  readonly marks: readonly Mark[];
  /** The hit that the search is at is in this line. */
  readonly at: boolean;
  readonly chosen: boolean;
  readonly isError: boolean;
  readonly times: boolean;
  readonly press: (event: MouseEvent) => void;
}) {
  const number = line?.number ?? null;
  const label = number === null ? "·" : String(number);
  const kind = line === undefined ? "" : isError ? "bad" : levelOf(line);
  return (
    <div class={`entry ${chosen ? "chosen" : ""} ${at ? "at" : ""}`} data-line={index}>
      <a href={address} onClick={press} tabIndex={-1} aria-label={logWords().line(label)}>
        {line === undefined ? "" : label}
      </a>
      {times && (
        <time title={line === undefined ? "" : clock(line.at, "full")}>
          {line === undefined ? "" : clock(line.at, "second")}
        </time>
      )}
      <code class={`${kind} ${line?.stream === "system" ? "system" : ""}`}>
        {line !== undefined && textOf(line.text, marks)}
        {line?.cut === true && <em title={logWords().cut}> …</em>}
      </code>
    </div>
  );
}

function levelOf({ text, stream }: LogLine): string {
  if (stream === "system" || text.includes("\u001B")) return "";
  const begin = text.slice(0, 60);
  return levels.find(([, words]) => words.test(begin))?.[0] ?? "";
}

/** The text in its looks, with the marks of a search over them. */
function textOf(text: string, marks: readonly Mark[]): readonly ComponentChildren[] {
  return piecesOf(text).flatMap((piece) => {
    const parts: ComponentChildren[] = [];
    let from = piece.start;
    const end = piece.start + piece.text.length;
    const take = (until: number, marked: boolean): void => {
      if (until <= from) return;
      const part = text.slice(from, until);
      const shown = marked ? <mark>{part}</mark> : part;
      parts.push(piece.look === "" ? shown : <span class={piece.look}>{shown}</span>);
      from = until;
    };
    for (const [start, length] of marks) {
      take(Math.min(start, end), false);
      take(Math.min(start + length, end), true);
    }
    take(end, false);
    return parts;
  });
}
