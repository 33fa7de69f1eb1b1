import { pinnedUv } from "../../local/executors/packages/uv-release.ts";

/** Where uv's cache is mounted while BuildKit builds. */
const cache = "/var/cache/uv";

/** uv installs from `pylock.toml` as it is, and writes its own lock out first. */
const EXPORT =
  '/tmp/uv/bin/uv export "$cache" --quiet --frozen --no-dev --no-emit-project --output-file=/tmp/uv-locked.txt';

/**
 * The instruction that installs `uv.lock` or `pylock.toml` with uv, which doesn't stay in the
 * image.
 *
 * @param isPackage the project's folder is installed too
 */
export function installLock(lock: string, isPackage: boolean): string {
  const exported = lock === "uv.lock" ? EXPORT : undefined;
  const install =
    'UV_SYSTEM_CERTS=true /tmp/uv/bin/uv pip install "$cache" --system --link-mode=copy';
  return [
    "# uv does it, and isn't kept. Its settings are UV_DEFAULT_INDEX and the like, not those of pip.",
    "# Where BuildKit builds, Esteira mounts the cache that this line asks for:",
    `# esteira: cache ${cache}`,
    "RUN cache=--no-cache-dir; \\",
    `    if [ -d ${cache} ]; then cache=--cache-dir=${cache}; fi; \\`,
    '    pip install "$cache" --quiet --disable-pip-version-check --root-user-action=ignore \\',
    `      --target=/tmp/uv uv==${pinnedUv} \\`,
    ...(exported === undefined ? [] : [`    && UV_SYSTEM_CERTS=true ${exported} \\`]),
    `    && ${install} --compile-bytecode -r ${exported === undefined ? lock : "/tmp/uv-locked.txt"} \\`,
    ...(isPackage ? [`    && ${install} --no-deps . \\`] : []),
    "    && rm -rf /tmp/uv*",
  ].join("\n");
}

/**
 * The instruction that installs a requirements file with uv, which doesn't stay in the image.
 * Without a cache that is mounted nothing of one stays either, and a file that asks for nothing
 * needs no network. Any builder understands it; Esteira adds the mount that the comment asks for.
 *
 * @param refusedByUv what uv doesn't understand in the file, which pip installs then
 */
export function installRequirements(requirementsFile: string, refusedByUv?: string): string {
  if (refusedByUv !== undefined) {
    return `# By pip: uv doesn't know ${refusedByUv}.
RUN pip install --no-cache-dir --disable-pip-version-check -r ${requirementsFile}`;
  }
  return `# uv does it, and isn't kept. Its settings are UV_DEFAULT_INDEX and the like, not those of pip.
# Where BuildKit builds, Esteira mounts the cache that this line asks for:
# esteira: cache ${cache}
RUN if grep -q '^[[:space:]]*[^#[:space:]]' ${requirementsFile}; then \\
      cache=--no-cache-dir; \\
      if [ -d ${cache} ]; then cache=--cache-dir=${cache}; fi; \\
      pip install "$cache" --quiet --disable-pip-version-check --root-user-action=ignore \\
        --target=/tmp/uv uv==${pinnedUv} \\
      && UV_SYSTEM_CERTS=true /tmp/uv/bin/uv pip install "$cache" --system --compile-bytecode \\
        --link-mode=copy --index-strategy=unsafe-best-match -r ${requirementsFile} \\
      && rm -rf /tmp/uv*; \\
    fi`;
}

/**
 * The instruction that installs packages of Debian, between blank lines; nothing where there are
 * none.
 */
export function installSystemPackages(packages: readonly string[]): string {
  if (packages.length === 0) return "";
  return `
# The system's libraries that packages of Python need and don't bring.
RUN apt-get update \\
    && apt-get install --yes --no-install-recommends ${packages.join(" ")} \\
    && rm -rf /var/lib/apt/lists/*
`;
}

/**
 * The Dockerfile of a conda environment, which needs no Python image below it. As root, because
 * steps write into the folder that they run in.
 *
 * @param file in the project's folder: `environment.yml`
 * @see https://micromamba-docker.readthedocs.io/en/latest/quick_start.html
 */
export function condaDockerfile(file: string): string {
  return `FROM mambaorg/micromamba:2

USER root
ENV PYTHONDONTWRITEBYTECODE=1 \\
    PYTHONUNBUFFERED=1 \\
    PATH=/opt/conda/bin:$PATH

WORKDIR /app

# The environment first: this layer is built again only when it changes.
COPY ${file} .
RUN micromamba install --yes --name base --file ${file} \\
    && micromamba clean --all --yes

COPY . .
`;
}
