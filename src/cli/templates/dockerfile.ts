import { pinnedUv } from "../../local/executors/packages/uv-release.ts";

/** Where uv's cache is mounted while BuildKit builds. */
const cache = "/var/cache/uv";

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
