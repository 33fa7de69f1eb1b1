import { DockerfileParser } from "dockerfile-ast";

import { indexSettings } from "./index-secrets.ts";

/** The comment that asks for the index, alone on a line above a `RUN`. */
const marker = /^\s*#\s*esteira:\s*index\s*$/;

/**
 * Programs that install from an index, as a word of a command; conda's start pip for the section
 * `pip:` of an environment.
 */
const installs = /(?:^|[\s;&|("'/])(?:pip3?(?:\.\d+)?|uv|conda|mamba|micromamba)(?=[\s"'])/m;

/**
 * A Dockerfile whose `RUN`s have the settings of a private index while they install: those that
 * call pip, uv or conda in plain sight, and those below a comment `# esteira: index`.
 */
export function withIndexMounts(dockerfile: string): string {
  const lines = dockerfile.split("\n");
  const runs = DockerfileParser.parse(dockerfile)
    .getInstructions()
    .filter((one) => one.getKeyword() === "RUN");
  for (const run of runs) {
    const { start } = run.getRange();
    const text = run.getTextContent();
    if (!installs.test(text) && !isAskedFor(lines, start.line)) continue;
    // An author's own mount of the same file stays.
    const mounts = indexSettings
      .filter(({ id, target }) => !text.includes(id) && !text.includes(target))
      .map(({ id, target }) => ` --mount=type=secret,id=${id},target=${target},mode=0444`);
    const line = lines[start.line] ?? "";
    lines[start.line] = line.replace(/^(\s*RUN)(?=\s)/i, `$1${mounts.join("")}`);
  }
  return lines.join("\n");
}

/** Whether one of the comments just above a line asks for the index. */
function isAskedFor(lines: readonly string[], line: number): boolean {
  for (let at = line - 1; at >= 0; at -= 1) {
    const text = lines[at] ?? "";
    if (marker.test(text)) return true;
    if (!/^\s*(?:#|$)/.test(text)) return false;
  }
  return false;
}
