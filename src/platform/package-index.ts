import type { PackageIndex } from "../config/runtime-model.ts";
import { type Mask, maskOf } from "../core/mask.ts";
import type { Result } from "../core/result.ts";
import type { PlatformError } from "./port.ts";

/** A private index with what opens it; never to be written down. */
export interface OpenIndex {
  /** As people may see it. */
  readonly url: string;
  /** With user and password: what an installer is given. */
  readonly address: string;
  readonly mask: Mask;
}

/** Gets what opens an index from where its environment keeps secrets. */
export type IndexOpener = (index: PackageIndex) => Promise<Result<OpenIndex, PlatformError>>;

/**
 * Puts the secret of an index into its address.
 *
 * @param secret the password where the address has a user's name; otherwise `USER:PASSWORD`, or a
 *   token alone, which indexes take from the user `__token__`
 */
export function openIndex({ url }: PackageIndex, secret: string): OpenIndex {
  const address = new URL(url);
  const colon = secret.indexOf(":");
  const [user, password] =
    address.username !== ""
      ? [decodeURIComponent(address.username), secret]
      : colon === -1
        ? ["__token__", secret]
        : [secret.slice(0, colon), secret.slice(colon + 1)];
  address.username = encodeURIComponent(user);
  address.password = encodeURIComponent(password);
  return { url, address: address.href, mask: maskOf([secret, password, address.password]) };
}

/** Removes what opens an index from what went wrong. */
export function maskedError(error: PlatformError, mask: Mask): PlatformError {
  return {
    ...error,
    message: mask(error.message),
    ...(error.help === undefined ? {} : { help: mask(error.help) }),
  };
}

/** Why an image isn't built: without BuildKit the password would stay in its history. */
export function needsBuildKit(project: string, { url }: PackageIndex): PlatformError {
  return {
    reason: "refused",
    message: `the image of ${project} installs from ${url}, and this docker client builds without BuildKit, which keeps what opens the index out of the image`,
    help: "Install Docker's plugin buildx (its package is docker-buildx-plugin), and take DOCKER_BUILDKIT=0 out of the environment where it is set; `docker buildx version` must answer. Then deploy again.",
    resource: project,
  };
}
