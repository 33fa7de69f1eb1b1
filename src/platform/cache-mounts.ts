/** The comment that asks for a cache, alone on a line above a `RUN`. */
const marker = /^\s*#\s*esteira:\s*cache\s+(\/[\w./-]*[\w-])\s*$/;
const comment = /^\s*(?:#|$)/;
const run = /^(\s*RUN)(\s)/i;

/**
 * A Dockerfile with the caches that it asks for: a `RUN` below `# esteira: cache /var/cache/uv`
 * gets a mount of BuildKit's, whose content outlives the build and is in no layer. They are
 * comments in the file itself, because the classic builder refuses `RUN --mount`.
 * https://docs.docker.com/reference/dockerfile/#run---mounttypecache
 *
 * @returns undefined where nothing is asked for
 */
export function withCacheMounts(dockerfile: string): string | undefined {
  let wanted: string[] = [];
  let inserted = false;
  const lines = dockerfile.split("\n").map((line) => {
    const [, folder] = marker.exec(line) ?? [];
    if (folder !== undefined) wanted.push(folder);
    if (comment.test(line)) return line;
    const mounts = wanted.map((target) => ` --mount=type=cache,target=${target}`).join("");
    wanted = [];
    // A RUN with mounts is its author's own work, and a folder can't be mounted twice.
    if (mounts === "" || !run.test(line) || line.includes("--mount=")) return line;
    inserted = true;
    return line.replace(run, `$1${mounts}$2`);
  });
  return inserted ? lines.join("\n") : undefined;
}

/** What of the `docker` client decides what a build is made with. */
export interface BuildClient {
  /** What `docker --version` prints. */
  readonly version: string;
  /** Whether the client has the plugin. */
  readonly buildx: boolean;
  /** The variable `DOCKER_BUILDKIT`. */
  readonly setting: string | undefined;
}

/** Whether `docker buildx` is there, and its use isn't switched off. */
export function usesBuildx({ buildx, setting }: BuildClient): boolean {
  return buildx && !isOff(setting);
}

/**
 * Whether BuildKit makes what `docker build` builds: as the variable says, else by the client,
 * which takes it without being asked since version 23, where it has buildx.
 * https://docs.docker.com/build/buildkit/#getting-started
 */
export function usesBuildKit({ version, buildx, setting }: BuildClient): boolean {
  if (setting !== undefined && setting !== "") return !isOff(setting);
  const [, major] = /^Docker version (\d+)\./.exec(version) ?? [];
  return buildx && Number(major ?? 0) >= 23;
}

function isOff(setting: string | undefined): boolean {
  return /^(?:0|f|false)$/i.test(setting ?? "");
}
