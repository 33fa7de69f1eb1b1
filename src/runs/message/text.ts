import type { Field, Message } from "./message.ts";
import { wordsOf } from "./words.ts";

/** A message as plain text, in columns, with a line break at its end. */
export function messageText(message: Message): string {
  const { headline, notes, cause, facts, steps, changes, log, next } = message;
  const words = wordsOf(message.language);
  const paragraphs: (readonly string[])[] = [
    [headline],
    ...notes.map((note) => [note]),
    aligned(
      cause.map(({ label, text }) => ({ label: `${label}:`, text })),
      " ",
    ),
    aligned(facts),
    titled(
      words.steps,
      steps.map(({ id, text }) => ({ label: id, text })),
    ),
    titled(words.changed, changes),
    log === undefined ? [] : [log.title, ...log.lines.map((line) => `  ${line}`)],
    aligned(next),
  ];
  return `${paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function titled(title: string, fields: readonly Field[]): readonly string[] {
  return fields.length === 0 ? [] : [title, ...aligned(fields).map((line) => `  ${line}`)];
}

function aligned(fields: readonly Field[], gap = "  "): readonly string[] {
  const width = Math.max(0, ...fields.map(({ label }) => label.length));
  return fields.map(({ label, text }) => `${label.padEnd(width)}${gap}${text}`);
}
