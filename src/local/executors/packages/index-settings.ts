import { err, type Result } from "../../../core/result.ts";
import { maskedError, type OpenIndex } from "../../../platform/package-index.ts";
import type { PlatformError } from "../../../platform/port.ts";
import type { PipSettings } from "./pip-settings.ts";
import type { PlacedRequest } from "./request.ts";

/** Variables of uv that name where packages come from. */
const indexesOfUv = /^UV_(?:DEFAULT_INDEX|INDEX(?:_.*)?|EXTRA_INDEX_URL|FIND_LINKS)$/;

/**
 * Does what installs, with a project's own index in the place of all that the machine is set to:
 * were another one asked too, it could bring a package of the same name. What opens the index is in
 * nothing that is said.
 *
 * @param settings what is set for pip on the machine
 */
export async function withIndex<Value>(
  request: PlacedRequest,
  settings: PipSettings,
  work: (request: PlacedRequest, settings: PipSettings) => Promise<Result<Value, PlatformError>>,
): Promise<Result<Value, PlatformError>> {
  if (request.index === undefined) return work(request, settings);
  const opened = await request.openIndex(request.index);
  if (!opened.ok) return opened;
  const { mask } = opened.value;
  const kept = Object.entries(request.processEnvironment).filter(
    ([name]) => !indexesOfUv.test(name),
  );
  const masked: PlacedRequest = {
    ...request,
    processEnvironment: Object.fromEntries(kept),
    listener: (line) => request.listener(mask(line)),
    note: (text) => request.note(mask(text)),
  };
  const done = await work(masked, onlyIndex(settings, opened.value));
  return done.ok ? done : err(maskedError(done.error, mask));
}

function onlyIndex(settings: PipSettings, { address }: OpenIndex): PipSettings {
  const {
    "extra-index-url": _extra,
    "find-links": _links,
    "no-index": _none,
    ...others
  } = settings;
  return { ...others, "index-url": address };
}
