import type { SourceRange } from "../../core/diagnostic.ts";
import { withoutSecretAddresses } from "../../core/shown-address.ts";

/**
 * Turns offsets in code units into a range on one line: what continues over further lines is
 * underlined to the end of the first. What is secret in addresses on that line is made unreadable:
 * a problem may be beside one, and who prints it shows the whole line.
 */
export function sourceRange(text: string, start: number, end: number): SourceRange {
  const from = Math.min(start, text.length);
  const lineStart = text.lastIndexOf("\n", from - 1) + 1;
  const breakAt = text.indexOf("\n", from);
  const rawEnd = breakAt === -1 ? text.length : breakAt;
  const lineEnd = text.charAt(rawEnd - 1) === "\r" && rawEnd > lineStart ? rawEnd - 1 : rawEnd;
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < lineStart; at = text.indexOf("\n", at + 1)) {
    line += 1;
  }
  return {
    line,
    column: Math.min(from, lineEnd) - lineStart + 1,
    length: Math.max(Math.min(end, lineEnd) - from, 1),
    text: withoutSecretAddresses(text.slice(lineStart, lineEnd)),
  };
}
