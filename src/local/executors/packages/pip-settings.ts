import { err, ok, type Result } from "../../../core/result.ts";
import type { PlatformError } from "../../../platform/port.ts";
import type { Interpreter } from "../interpreter.ts";

export type ProcessEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * What a person has set for pip, by pip's own long names: `index-url` → `https://…`. Values as they
 * are in the file.
 */
export type PipSettings = Readonly<Partial<Record<(typeof chosenKeys)[number], string>>>;

/** One line of one of pip's configuration files, in the order in which pip reads them. */
export interface PipConfigLine {
  readonly section: string;
  readonly key: string;
  readonly value: string;
}

/**
 * What environments take over: where packages come from, how that is reached, and which of them may
 * be chosen. Everything else is left: `user`, `target`, `prefix`, `root` and their like install
 * somewhere else, in two of three cases without a word.
 */
const chosenKeys = [
  "index-url",
  "extra-index-url",
  "find-links",
  "no-index",
  "cert",
  "client-cert",
  "trusted-host",
  "proxy",
  "timeout",
  "retries",
  "keyring-provider",
  "constraint",
  "build-constraint",
  "no-binary",
  "only-binary",
  "prefer-binary",
  "pre",
  "require-hashes",
  "use-feature",
  "use-deprecated",
  "cache-dir",
  "no-cache-dir",
] as const;

const otherNames: Readonly<Record<string, string>> = {
  "default-timeout": "timeout",
  "pypi-url": "index-url",
};

/**
 * Prints every line of the files that pip would read, in its order; those of later files win.
 * @see https://pip.pypa.io/en/stable/topics/configuration/#location
 */
const reader = `
import configparser, json, os, sys
from os.path import exists, expanduser, isdir, join
own = os.environ.get("PIP_CONFIG_FILE")
files = []
if own != os.devnull:
    if sys.platform == "darwin":
        files.append("/Library/Application Support/pip/pip.conf")
    else:
        shared = os.environ.get("XDG_CONFIG_DIRS") or "/etc/xdg"
        files += [join(folder, "pip", "pip.conf") for folder in shared.split(os.pathsep)] + ["/etc/pip.conf"]
    if not (own and exists(own)):
        user = join(os.environ.get("XDG_CONFIG_HOME") or expanduser("~/.config"), "pip")
        on_mac = expanduser("~/Library/Application Support/pip")
        if sys.platform == "darwin" and isdir(on_mac):
            user = on_mac
        files += [expanduser("~/.pip/pip.conf"), join(user, "pip.conf")]
    files.append(join(sys.prefix, "pip.conf"))
    if own:
        files.append(own)
lines = []
for file in files:
    parser = configparser.RawConfigParser()
    try:
        parser.read(file, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError) as error:
        sys.exit(str(error).replace("\\n", " "))
    lines += [{"section": s, "key": k, "value": v} for s in parser.sections() for k, v in parser.items(s)]
print(json.dumps(lines))
`;

/** Reads what people have set for pip on this machine: its files, and `PIP_…` variables. */
export async function readPipSettings(
  { python }: Interpreter,
  environment: ProcessEnvironment,
): Promise<Result<PipSettings, PlatformError>> {
  const { execa } = await import("execa");
  const { exitCode, stdout, stderr } = await execa(python, ["-I", "-S", "-c", reader], {
    env: environment,
    extendEnv: false,
    reject: false,
    timeout: 10_000,
  });
  if (exitCode !== 0) {
    return err({
      reason: "invalid",
      message: `pip's configuration can't be read: ${stderr.trim().split("\n").at(-1) ?? ""}`,
      help: "correct the file (`python -m pip config debug` lists those that pip reads), and deploy again",
    });
  }
  return ok(chosenSettings(JSON.parse(stdout) as readonly PipConfigLine[], environment));
}

/**
 * The settings that count, by pip's rules: `[install]` goes before `[global]`, a later file before
 * an earlier one, a variable before both; an empty value is none.
 */
export function chosenSettings(
  lines: readonly PipConfigLine[],
  environment: ProcessEnvironment,
): PipSettings {
  const settings: Partial<Record<string, string>> = {};
  const take = (name: string, value: string | undefined): void => {
    const long = name.toLowerCase().replaceAll("_", "-").replace(/^--/, "");
    const key = otherNames[long] ?? long;
    const isChosen = (chosenKeys as readonly string[]).includes(key);
    if (isChosen && value?.trim()) settings[key] = value.trim();
  };
  for (const wanted of ["global", "install"]) {
    for (const { section, key, value } of lines) if (section === wanted) take(key, value);
  }
  for (const [name, value] of Object.entries(environment)) {
    if (/^PIP_[A-Z]/.test(name)) take(name.slice("PIP_".length), value);
  }
  return settings;
}

/**
 * The environment for an installer: that of the process without what would have it install, or
 * Python look, somewhere else.
 */
export function withoutMisleading(environment: ProcessEnvironment): Record<string, string> {
  const kept = Object.entries(environment).filter(
    ([name, value]) => value !== undefined && !misleading.test(name),
  );
  return Object.fromEntries(kept) as Record<string, string>;
}

const misleading =
  /^(?:PYTHON(?:PATH|HOME|USERBASE)|VIRTUAL_ENV|CONDA_.*|__PYVENV_LAUNCHER__|PIP_.*)$/;

/** The environment for pip: the chosen settings as its variables, and none of its files. */
export function pipEnvironment(
  settings: PipSettings,
  environment: ProcessEnvironment,
): Record<string, string> {
  const variables = Object.entries(settings).map(([key, value]) => [
    `PIP_${key.replaceAll("-", "_").toUpperCase()}`,
    value,
  ]);
  return {
    ...withoutMisleading(environment),
    ...(Object.fromEntries(variables) as Record<string, string>),
    PIP_CONFIG_FILE: "/dev/null",
  };
}

/** pip's truth values; anything else is false. */
export function isOn(value: string | undefined): boolean {
  return value !== undefined && /^(?:y|yes|t|true|on|1)$/i.test(value);
}
