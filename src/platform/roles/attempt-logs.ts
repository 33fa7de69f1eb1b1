import type { EdgeError } from "../../core/edge-error.ts";
import type { RunId } from "../../core/ids.ts";
import type { Result } from "../../core/result.ts";
import type { AttemptName, LogLine } from "../log-lines.ts";

/**
 * Where the log of one attempt is read at any place of it, and searched, whatever its size. What is
 * asked of an attempt that has no log yet is answered with nothing.
 */
export interface AttemptLogs {
  /** What names a place: its line, or the event that CloudWatch has and its time. */
  readonly by: "line" | "event";
  read(run: RunId, attempt: AttemptName, place: LogPlace): Promise<Result<LogPart, EdgeError>>;
  /** Looks for a text in a bounded part of it, and says where to look on. */
  search(run: RunId, attempt: AttemptName, wanted: LogWanted): Promise<Result<LogFound, EdgeError>>;
  /** All that the attempt has written by now, a line each, without colours' sequences removed. */
  whole(run: RunId, attempt: AttemptName): Promise<Result<AsyncIterable<Uint8Array>, EdgeError>>;
}

export interface LogPlace {
  /** At most so many lines. */
  readonly lines: number;
  /** The first line, from 1; absent: the last ones. Where places are lines. */
  readonly fromLine?: number | undefined;
  /** The first line's event, by its id, where places are events; what is written later follows. */
  readonly fromEvent?: string | undefined;
  /** From the part before, where places are events. */
  readonly cursor?: string | undefined;
}

export interface PlacedLine extends Pick<LogLine, "timestamp" | "stream" | "text"> {
  /** From 1; undefined where lines have no numbers, or nobody has counted them yet. */
  readonly number: number | undefined;
  /** Names it among the lines of the attempt. */
  readonly id: string;
  /** It was longer. */
  readonly cut: boolean;
}

export interface LogPart {
  readonly lines: readonly PlacedLine[];
  /** Lines by now. */
  readonly total: number | undefined;
  readonly bytes: number | undefined;
  readonly growing: boolean;
  /** The first line that looks like the reason of a failure. */
  readonly firstError: Pick<PlacedLine, "id" | "number"> | undefined;
  readonly previous: string | undefined;
  readonly next: string | undefined;
}

export interface LogWanted {
  /** As it is; without capital letters it finds them too. */
  readonly text: string;
  /** Hits at most. */
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface LogFound {
  readonly hits: readonly PlacedLine[];
  /** Lines that were looked at. */
  readonly lines: number;
  readonly from: number | undefined;
  readonly until: number | undefined;
  /** Of the whole, from 0 to 1. */
  readonly share: number | undefined;
  readonly next: string | undefined;
}
