import { cleanColouredText, cleanText } from "../../core/clean-text.ts";
import { styleFor, type Style } from "../render/style.ts";
import { fitted } from "../render/text.ts";
import { withoutCommands } from "./workflow-commands.ts";

/**
 * Something that is ours and must arrive as it is: `cursor` moves on a terminal, `command` speaks
 * to GitHub Actions and is a whole line. Only the files that make them do so; all other text is a
 * string, and is cleaned.
 */
export type Control = { readonly cursor: string } | { readonly command: string };

/**
 * Where text for people goes. Whatever is written here may hold what somebody else wrote (a step,
 * a service, a branch's name), so nothing but colour gets through to the terminal, and in GitHub
 * Actions no line is read as a command.
 */
export interface Output {
  readonly color: boolean;
  readonly style: Style;
  /** Columns of the terminal, or what tables may take where there is none. */
  readonly width: () => number;
  /** Where sentences are broken: nowhere, unless a terminal would. */
  readonly wrapAt: () => number;
  /** A terminal where lines can be redrawn. */
  readonly live: boolean;
  readonly write: (...parts: readonly (string | Control)[]) => void;
  /** Done when anyone who reads has taken enough of it for more to be written. */
  readonly drained: () => Promise<void>;
  /** True when nobody reads any more (`| head`): what is written goes nowhere. */
  readonly closed: () => boolean;
  /** A line that begins with a mark is a sentence of ours: where a terminal would, it is broken. */
  readonly line: (text: string) => void;
  readonly lines: (texts: readonly string[]) => void;
}

/** What an output needs of a stream. */
export type OutputStream = Pick<
  NodeJS.WriteStream,
  "isTTY" | "columns" | "write" | "on" | "off" | "writableNeedDrain"
>;

/** Opens an output on a stream; the environment says whether it has colour, and who reads it. */
export function outputTo(
  stream: OutputStream,
  environment: Readonly<Record<string, string | undefined>>,
): Output {
  const color = wantsColor(environment, stream.isTTY);
  const clean = color ? cleanColouredText : cleanText;
  const guarded = environment["GITHUB_ACTIONS"] === "true" ? withoutCommands() : undefined;
  let closed = false;
  stream.on("error", () => {
    closed = true;
  });
  const shown = (part: string | Control): string => {
    if (typeof part === "string") return guarded?.text(clean(part)) ?? clean(part);
    if ("cursor" in part) return part.cursor;
    return guarded?.command(cleanText(part.command)) ?? "";
  };
  const write = (...parts: readonly (string | Control)[]): void => {
    if (!closed) stream.write(parts.map(shown).join(""));
  };
  const wrapAt = (): number => (stream.isTTY ? stream.columns || 80 : Infinity);
  return {
    color,
    style: styleFor(color),
    width: () => (stream.isTTY ? stream.columns || 80 : 120),
    wrapAt,
    live: stream.isTTY && environment["TERM"] !== "dumb" && (environment["CI"] ?? "") === "",
    write,
    drained: () =>
      !closed && stream.writableNeedDrain
        ? new Promise((resolve) => {
            const done = (): void => {
              stream.off("drain", done).off("error", done);
              resolve();
            };
            stream.on("drain", done).on("error", done);
          })
        : Promise.resolve(),
    closed: () => closed,
    line: (text) => write(`${fitted([text], wrapAt()).join("\n")}\n`),
    lines: (texts) => {
      if (texts.length > 0) write(`${fitted(texts, wrapAt()).join("\n")}\n`);
    },
  };
}

/**
 * Colour by the conventions: NO_COLOR (https://no-color.org) wins over FORCE_COLOR
 * (https://force-color.org), else a terminal that isn't `dumb` has it.
 */
export function wantsColor(
  environment: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  if ((environment["NO_COLOR"] ?? "") !== "") return false;
  const forced = environment["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return isTerminal && environment["TERM"] !== "dumb";
}
