import type { LogLine } from "../../platform/log-lines.ts";

/** What a line of an attempt's log says; `docs/reference/executors.md` describes the file. */
export interface ParsedLine {
  /** Milliseconds since the epoch; undefined for a line that was cut off by a crash. */
  readonly at: number | undefined;
  readonly stream: LogLine["stream"];
  readonly text: string;
}

const streams = { o: "stdout", e: "stderr", s: "system" } as const;

/** Reads `<milliseconds> <o|e|s> <text>`; what isn't such a line is as it is. */
export function parseLogLine(line: string): ParsedLine {
  const [, at, stream, text] = /^(\d+) ([oes]) ?(.*)$/s.exec(line) ?? [];
  if (at === undefined || text === undefined)
    return { at: undefined, stream: "system", text: line };
  return { at: Number(at), stream: streams[stream as keyof typeof streams], text };
}
