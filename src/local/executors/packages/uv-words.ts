/**
 * What went wrong, in one sentence, out of what uv printed: its error with the first cause.
 * Resolutions that fail say in their cause what doesn't fit.
 */
export function uvProblem(lines: readonly string[]): string {
  const words = joined(lines);
  const at = words.findIndex(({ mark }) => mark === "error");
  const error = words[at];
  if (error === undefined)
    return lines.findLast((line) => line.trim() !== "")?.trim() ?? "it said nothing";
  const cause = words[at + 1];
  return cause?.mark === "cause" ? `${error.text.replace(/:$/, "")}: ${cause.text}` : error.text;
}

interface Word {
  readonly mark: "error" | "cause" | "other";
  readonly text: string;
}

/**
 * Errors begin with `error:` or `×`, causes with `cause:`, `Caused by:` or an arrow; what is
 * indented below continues.
 */
function joined(lines: readonly string[]): Word[] {
  const words: Word[] = [];
  for (const line of lines) {
    const [, error] = /^\s*(?:error:|×)\s+(.*)$/.exec(line) ?? [];
    const [, cause] = /^\s*(?:cause:|Caused by:|[├╰]─▶)\s+(.*)$/.exec(line) ?? [];
    const last = words.at(-1);
    if (error !== undefined) words.push({ mark: "error", text: error });
    else if (cause !== undefined) words.push({ mark: "cause", text: cause });
    else if (/^\s{4,}(?:│\s*)?\S/.test(line) && last !== undefined) {
      words[words.length - 1] = { ...last, text: `${last.text} ${line.replace(/^[\s│]+/, "")}` };
    } else words.push({ mark: "other", text: line });
  }
  return words;
}
