import { existsSync } from "node:fs";

import {
  isOn,
  type PipSettings,
  type ProcessEnvironment,
  withoutMisleading,
} from "./pip-settings.ts";

/** What uv is called with so that it does what pip would. */
export interface UvSettings {
  readonly environment: Readonly<Record<string, string>>;
  /** Options that have no variable. */
  readonly flags: readonly string[];
}

/** What a requirements file says itself, of what could also be set from outside. */
export interface FileOptions {
  /** It names its index; then those that were set for pip don't count, as with pip. */
  readonly ownIndex: boolean;
  readonly pre: boolean;
  readonly trustedHosts: readonly string[];
  /** At least one requirement has a hash; then pip demands one of all. */
  readonly hashes: boolean;
}

/**
 * Variables of uv that may reach it. Others choose another Python, another folder or another way to
 * link files, and would break environments, as `target` and `prefix` in its configuration files do;
 * so those aren't read at all.
 */
const passedOn =
  /^UV_(?:DEFAULT_INDEX|INDEX(?:_.+)?|EXTRA_INDEX_URL|FIND_LINKS|INSECURE_HOST|HTTP_.+|REQUEST_TIMEOUT|CACHE_DIR|NO_CACHE|SYSTEM_CERTS|NATIVE_TLS|KEYRING_PROVIDER|OFFLINE|CONCURRENT_.+|CONSTRAINT|BUILD_CONSTRAINT|PRERELEASE|EXCLUDE_NEWER|REQUIRE_HASHES|NO_BUILD(?:_PACKAGE)?|NO_BINARY(?:_PACKAGE)?|TORCH_BACKEND|GITHUB_TOKEN|CREDENTIALS_DIR|PYTHON_(?:INSTALL_DIR|INSTALL_MIRROR|DOWNLOADS|DOWNLOADS_JSON_URL|CACHE_DIR))$/;

/**
 * Where distributions keep the certificates that the machine trusts; macOS has a store without a
 * file.
 */
const systemCertificates = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

export const noFileOptions: FileOptions = {
  ownIndex: false,
  pre: false,
  trustedHosts: [],
  hashes: false,
};

/**
 * Translates what was set for pip into uv's variables and options: uv reads nothing of pip's. What
 * was set for uv itself goes before.
 *
 * @param machineHasCertificates whether the machine has a store of trusted certificates, which new
 *   versions of pip use
 * @see https://docs.astral.sh/uv/pip/compatibility/
 */
export function uvSettings(
  pip: PipSettings,
  file: FileOptions,
  environment: ProcessEnvironment,
  machineHasCertificates = process.platform === "darwin" || systemCertificates.some(existsSync),
): UvSettings {
  const words = (text: string | undefined): string[] => text?.split(/\s+/) ?? [];
  const index = file.ownIndex ? undefined : pip["index-url"];
  const extra = file.ownIndex ? [] : words(pip["extra-index-url"]);
  const hosts = [...words(pip["trusted-host"]), ...file.trustedHosts];
  const certificates =
    pip.cert ?? environment["REQUESTS_CA_BUNDLE"] ?? environment["CURL_CA_BUNDLE"];
  const constraint = words(pip.constraint).join(" ");
  const translated: Record<string, string | undefined> = {
    UV_DEFAULT_INDEX: index,
    UV_INDEX: extra.join(" "),
    // pip takes the best version that any of the indexes has; uv would stop at the first that knows
    // the name.
    UV_INDEX_STRATEGY: "unsafe-best-match",
    UV_FIND_LINKS: words(pip["find-links"]).join(","),
    SSL_CERT_FILE: certificates,
    SSL_CLIENT_CERT: pip["client-cert"],
    UV_INSECURE_HOST: hosts.join(" "),
    UV_HTTP_TIMEOUT: pip.timeout?.replace(/\..*$/s, ""),
    UV_HTTP_RETRIES: pip.retries,
    UV_KEYRING_PROVIDER: /^(?:subprocess|import)$/.test(pip["keyring-provider"] ?? "")
      ? "subprocess"
      : undefined,
    UV_CONSTRAINT: constraint,
    UV_BUILD_CONSTRAINT: pip["build-constraint"] ?? constraint,
    UV_PRERELEASE: isOn(pip.pre) || file.pre ? "allow" : undefined,
    UV_REQUIRE_HASHES: isOn(pip["require-hashes"]) || file.hashes ? "true" : undefined,
    UV_SYSTEM_CERTS: machineHasCertificates ? "true" : undefined,
  };
  const own = Object.entries(environment).filter(([name]) => passedOn.test(name));
  return {
    environment: {
      ...withoutUv(withoutMisleading(environment)),
      ...filled(translated),
      ...filled(Object.fromEntries(own)),
      ...proxies(pip.proxy),
      UV_NO_CONFIG: "1",
      UV_NO_PROGRESS: "1",
    },
    flags: [
      ...(isOn(pip["no-index"]) ? ["--no-index"] : []),
      ...names(pip["no-binary"]).map((name) => `--no-binary=${name}`),
      ...names(pip["only-binary"]).map((name) => `--only-binary=${name}`),
    ],
  };
}

/** A proxy that was set for pip goes before the environment's. */
function proxies(proxy: string | undefined): Readonly<Record<string, string>> {
  if (proxy === undefined) return {};
  const address = proxy.includes("://") ? proxy : `http://${proxy}`;
  const variables = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
  return Object.fromEntries(
    variables.flatMap((name) => [name, name.toLowerCase()].map((one) => [one, address])),
  );
}

function withoutUv(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !name.startsWith("UV_")),
  );
}

function filled(variables: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}

/** pip separates names by commas, and lines of a file by their ends. */
function names(text: string | undefined): string[] {
  return text?.split(/[\s,]+/).filter((name) => name !== "") ?? [];
}
