import type { OpenIndex } from "../../../platform/package-index.ts";
import type { PipSettings, ProcessEnvironment } from "./pip-settings.ts";

/** Variables of uv that name where packages come from. */
const indexesOfUv = /^UV_(?:DEFAULT_INDEX|INDEX(?:_.*)?|EXTRA_INDEX_URL|FIND_LINKS)$/;

/**
 * What is set on the machine, with a project's own index in the place of all others: were another
 * one asked too, it could bring a package of the same name.
 */
export function withOnlyIndex<Request extends { readonly processEnvironment: ProcessEnvironment }>(
  request: Request,
  settings: PipSettings,
  { address }: OpenIndex,
): { readonly request: Request; readonly settings: PipSettings } {
  const {
    "extra-index-url": _extra,
    "find-links": _links,
    "no-index": _none,
    ...others
  } = settings;
  const kept = Object.entries(request.processEnvironment).filter(
    ([name]) => !indexesOfUv.test(name),
  );
  return {
    request: { ...request, processEnvironment: Object.fromEntries(kept) },
    settings: { ...others, "index-url": address },
  };
}
