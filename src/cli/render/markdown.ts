import { cleanText } from "../../core/clean-text.ts";

/** A block of code that its text can't end, whatever it contains. */
export function fenced(language: string, lines: readonly string[]): string[] {
  const longest = Math.max(
    2,
    ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([ticks]) => ticks.length)),
  );
  const fence = "`".repeat(longest + 1);
  return [`${fence}${language}`, ...lines, fence];
}

/** Text that says nothing to Markdown and nobody's name: for sentences and cells of tables. */
export function plainText(text: string): string {
  // Before anything is escaped, which would take escape sequences apart.
  return cleanText(text)
    .replaceAll(/(?<!\s)\s*\n\s*/g, " ")
    .replaceAll(/[\\`*_{}[\]<>#|~]/g, String.raw`\$&`)
    .replaceAll("@", "@\u200B");
}
