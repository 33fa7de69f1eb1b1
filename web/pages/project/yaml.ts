/**
 * A JSON value as YAML that a person reads: two spaces a level, texts quoted where they must be.
 */
export function yamlOf(value: unknown): string {
  return linesOf(value, "").join("\n");
}

function linesOf(value: unknown, indent: string): string[] {
  if (Array.isArray(value)) {
    if (value.length === 0) return [`${indent}[]`];
    return value.flatMap((item: unknown) => {
      const [first = "", ...rest] = linesOf(item, `${indent}  `);
      return [`${indent}- ${first.slice(indent.length + 2)}`, ...rest];
    });
  }
  if (typeof value !== "object" || value === null) return [`${indent}${scalar(value)}`];
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  if (entries.length === 0) return [`${indent}{}`];
  return entries.flatMap(([key, one]: [string, unknown]) => {
    const name = `${indent}${scalar(key)}:`;
    const nested = typeof one === "object" && one !== null && Object.keys(one).length > 0;
    if (!nested) return [`${name} ${linesOf(one, "")[0]}`];
    if (Array.isArray(one) && one.every((item) => typeof item !== "object")) {
      const line = `${name} [${one.map(scalar).join(", ")}]`;
      if (line.length <= 96) return [line];
    }
    return [name, ...linesOf(one, `${indent}  `)];
  });
}

const scalar = (value: unknown): string =>
  typeof value === "string" && /^[A-Za-z_./][\w ./@-]*$/.test(value) && !isWord(value)
    ? value
    : JSON.stringify(value);

const isWord = (text: string): boolean => /^(true|false|null|yes|no|on|off)$/i.test(text);
