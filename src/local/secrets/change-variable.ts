import { ok, type Result } from "../../core/result.ts";
import { entriesOf } from "../engine/environment-file.ts";

/**
 * Sets a variable in the text of a file of variables, or takes it out; everything else stays as it
 * is written.
 *
 * @param value undefined: takes it out
 * @returns the new text, or which line can't be read and how
 */
export function changeVariable(
  text: string,
  name: string,
  value: string | undefined,
): Result<string, string> {
  const entries = entriesOf(text);
  if (!entries.ok) return entries;
  const line = value === undefined ? "" : `${name}=${quoted(value)}\n`;
  const at = entries.value.findIndex((entry) => entry.name === name);
  const kept = entries.value.map((entry, index) => {
    if (entry.name !== name) return entry.text;
    return index === at ? line : ""; // Of several the last one counts: none of them may stay.
  });
  if (at !== -1) return ok(kept.join(""));
  const before = kept.join("");
  return ok(before === "" || before.endsWith("\n") ? before + line : `${before}\n${line}`);
}

/** As `parseEnvironmentFile` reads it back; plain words stay as they are. */
function quoted(value: string): string {
  if (/^[\w./:@%+=,~-]+$/.test(value)) return value;
  const escaped = value
    .replaceAll("\\", String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll("\n", String.raw`\n`)
    .replaceAll("\r", String.raw`\r`)
    .replaceAll("\t", String.raw`\t`);
  return `"${escaped}"`;
}
