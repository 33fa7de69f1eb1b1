import { hanging, widthOf } from "./text.ts";

/** Columns at which `describe` folds sentences. */
const folded = 96;

/**
 * A command's help for a terminal: lines that are too long are broken at spaces, and continue under
 * where they began. Its text stays as it is where everything fits.
 *
 * @param width columns; Infinity where nothing breaks lines
 */
export function fitHelp(help: string, width: number): string {
  const lines = help.split("\n");
  if (lines.every((line) => widthOf(line) <= width)) return help;
  return unfolded(lines)
    .flatMap((line) => (isUsage(line) ? usage(line, width) : hanging(line, width)))
    .join("\n");
}

/** Sentences whole again: a line that was broken because its next word had no room is joined. */
function unfolded(lines: readonly string[]): string[] {
  const whole: string[] = [];
  let last = "";
  for (const line of lines) {
    const [word = ""] = line.split(" ");
    const broken = /^\S/.test(last) && word !== "" && last.length + 1 + word.length > folded;
    if (broken) whole.push(`${whole.pop() ?? ""} ${line}`);
    else whole.push(line);
    last = line;
  }
  return whole;
}

const isUsage = (line: string): boolean => /^ {2}esteira .*\[/.test(line);

/** What is in brackets stays on one line. */
function usage(line: string, width: number): string[] {
  const joined = line.replaceAll(/\[[^[\]]*\]…?/g, (part) => part.replaceAll(" ", "\u00A0"));
  return hanging(joined, width, 6).map((part) => part.replaceAll("\u00A0", " "));
}
