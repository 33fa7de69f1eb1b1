import type { OpenIndex } from "./package-index.ts";

/**
 * Where the settings of an index are while a `RUN` installs: files that BuildKit mounts from memory
 * and that are in no layer. Of the whole system, so that they count for any user.
 * https://docs.docker.com/reference/dockerfile/#run---mounttypesecret
 * https://pip.pypa.io/en/stable/topics/configuration/#location
 * https://docs.astral.sh/uv/concepts/configuration-files/
 */
export const indexSettings = [
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
    args: indexSettings.map(({ id, variable }) => `--secret=id=${id},env=${variable}`),
    environment: Object.fromEntries(
      indexSettings.map(({ variable, text }) => [variable, text(index)]),
    ),
  };
}
