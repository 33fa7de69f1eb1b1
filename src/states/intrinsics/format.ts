import { isJsonObject, type Json } from "../../core/json.ts";

/**
 * Fills the `{}` of a template in order. `\{`, `\}` stand for braces.
 *
 * @returns undefined when there are more or fewer places than values
 */
export function format(template: string, values: readonly Json[]): string | undefined {
  let text = "";
  let used = 0;
  for (let at = 0; at < template.length; at += 1) {
    const character = template[at] ?? "";
    const next = template[at + 1];
    if (character === "\\" && (next === "{" || next === "}" || next === "\\")) {
      text += next;
      at += 1;
    } else if (character === "{" && next === "}") {
      const value = values[used];
      if (value === undefined) return undefined;
      text += javaText(value);
      used += 1;
      at += 1;
    } else {
      text += character;
    }
  }
  return used === values.length ? text : undefined;
}

/** A value as Java prints it, and so AWS: `{name=Ann, tags=[a, b]}`. */
function javaText(value: Json): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(javaText).join(", ")}]`;
  if (!isJsonObject(value)) return typeof value === "string" ? value : JSON.stringify(value);
  const fields = Object.entries(value).map(([name, item]) => `${name}=${javaText(item)}`);
  return `{${fields.join(", ")}}`;
}
