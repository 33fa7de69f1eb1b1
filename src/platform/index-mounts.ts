import type { OpenIndex } from "./package-index.ts";

/**
 * Where the settings of an index are while a `RUN` installs: files that BuildKit mounts from memory
 * and that are in no layer. Of the whole system, so that they count for any user.
 * https://docs.docker.com/reference/dockerfile/#run---mounttypesecret
 * https://pip.pypa.io/en/stable/topics/configuration/#location
 * https://docs.astral.sh/uv/concepts/configuration-files/
 */
const settings = [
  {
    id: "esteira-pip",
    variable: "ESTEIRA_BUILD_PIP",
    target: "/etc/pip.conf",
    text: ({ address }: OpenIndex) => `[global]\nindex-url = ${address}\n`,
  },
  {
    id: "esteira-uv",
    variable: "ESTEIRA_BUILD_UV",
    target: "/etc/uv/uv.toml",
    text: ({ address }: OpenIndex) =>
      `[[index]]\nurl = ${JSON.stringify(address)}\ndefault = true\n`,
  },
] as const;

/** The comment that asks for the index, alone on a line above a `RUN`. */
const marker = /^\s*#\s*esteira:\s*index\s*$/;

/** Programs that install from an index, as a word of a command. */
const installs = /(?:^|[\s;&|("'/])(?:pip3?(?:\.\d+)?|uv)(?=[\s"'])/m;

/**
 * A Dockerfile whose `RUN`s have the settings of a private index while they install: those that
 * call pip or uv in plain sight, and those below a comment `# esteira: index`.
 */
export async function withIndexMounts(dockerfile: string): Promise<string> {
  const { DockerfileParser } = await import("dockerfile-ast");
  const lines = dockerfile.split("\n");
  const runs = DockerfileParser.parse(dockerfile)
    .getInstructions()
    .filter((one) => one.getKeyword() === "RUN");
  for (const run of runs) {
    const { start } = run.getRange();
    const text = run.getTextContent();
    if (!installs.test(text) && !isAskedFor(lines, start.line)) continue;
    // An author's own mount of the same file stays.
    const mounts = settings
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

/** What a call of `docker build` gets beside the Dockerfile; nothing without an index. */
export interface IndexSecrets {
  readonly args: readonly string[];
  /** The settings themselves: by variables they come from memory to memory. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What brings the settings of an index to a build: they are in no file of this machine either. */
export function indexSecrets(index: OpenIndex | undefined): IndexSecrets {
  if (index === undefined) return { args: [], environment: {} };
  return {
    args: settings.map(({ id, variable }) => `--secret=id=${id},env=${variable}`),
    environment: Object.fromEntries(settings.map(({ variable, text }) => [variable, text(index)])),
  };
}
