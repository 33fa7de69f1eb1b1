import { readDockerfile } from "../dockerfile.ts";
import type { Problem } from "../problem.ts";
import type { ProjectContext } from "./rule.ts";

const index = ["runtime", "index"] as const;

/** Who can read the repository could open the index. */
export function indexHasNoPassword({ config }: ProjectContext): Problem[] {
  const url = config.runtime?.index?.url;
  if (url === undefined || !URL.canParse(url) || new URL(url).password === "") return [];
  return [
    {
      code: "config/plain-secret",
      path: [...index, "url"],
      hidden: true,
      message: "the address of the index has a password in plain text",
      help: "take it out, leave the user's name, and keep it with `esteira secrets set`, by the name that `secret` has",
    },
  ];
}

/** A password on its way through a network can be read there. */
export function indexIsEncrypted({ config }: ProjectContext): Problem[] {
  const url = config.runtime?.index?.url;
  if (url === undefined || !URL.canParse(url)) return [];
  const { protocol, hostname } = new URL(url);
  const isHere = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
  if (protocol !== "http:" || isHere) return [];
  return [
    {
      code: "config/open-index",
      severity: "warning",
      path: [...index, "url"],
      message: "the secret of the index goes over the network in plain text",
      help: "write https:// where the index speaks it",
    },
  ];
}

/** One name would mean two secrets: of the steps, and of what builds their environment. */
export function indexSecretIsItsOwn({ config }: ProjectContext): Problem[] {
  const name = config.runtime?.index?.secret;
  if (name === undefined || !Object.hasOwn(config.runtime?.secrets ?? {}, name)) return [];
  return [
    {
      code: "config/index-secret",
      path: [...index, "secret"],
      message: `${name} is a secret of the steps too, and the two are kept apart`,
      help: `give one of them another name, such as ${name}_INDEX`,
    },
  ];
}

/** Poetry reads neither pip's settings nor uv's: in the image it would ask another index. */
export function indexReachesWhatInstalls({ config, project, files }: ProjectContext): Problem[] {
  if (config.runtime?.index === undefined) return [];
  const { dockerfile } = project.runtime;
  const { commands } = readDockerfile(files.read(dockerfile) ?? "");
  const isPoetry = commands.some((one) => /(?:^|[\s;&|])poetry\s+(?:install|sync)\b/.test(one));
  if (!isPoetry) return [];
  return [
    {
      code: "config/index-not-read",
      severity: "warning",
      path: index,
      message: `${dockerfile} installs by Poetry, which gets nothing of runtime.index: it knows sources of pyproject.toml alone`,
      help: `let uv or pip install the same versions there, which get it: \`poetry export -o requirements.txt\` (with the plugin poetry-plugin-export), and in ${dockerfile} \`RUN pip install -r requirements.txt\``,
    },
  ];
}
