import { readFile } from "node:fs/promises";

import { err, ok, type Result } from "../core/result.ts";
import type { PlatformError } from "../platform/port.ts";
import type { Connection } from "./http.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** How a tracking server is reached, by MLflow's own environment variables. */
export interface Access {
  /**
   * Without credentials and without a slash at its end: for messages and as the beginning of every
   * path.
   */
  readonly address: string;
  /** The `Authorization` header; undefined: nobody in particular. */
  readonly authorization: string | undefined;
  readonly connection: Connection;
  /** What a person should know. */
  readonly warnings: readonly string[];
}

/**
 * Reads the variables in the order in which MLflow's client does: user name and password go before
 * a token, whatever its documentation says
 * (https://github.com/mlflow/mlflow/blob/master/mlflow/utils/rest_utils.py).
 *
 * @param trackingUri `mlflow.tracking_uri`; may carry a user name and a password
 */
export async function accessTo(
  trackingUri: string,
  variables: Variables,
): Promise<Result<Access, PlatformError>> {
  const url = URL.canParse(trackingUri) ? new URL(trackingUri) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    return err({
      reason: "unavailable",
      message: `MLflow at ${withoutCredentials(trackingUri)} can't be asked: only http and https addresses can`,
      help: "give `mlflow.tracking_uri` the address of a tracking server, or say `gate: off`",
    });
  }
  const user = variables["MLFLOW_TRACKING_USERNAME"] || decoded(url.username);
  const password = variables["MLFLOW_TRACKING_PASSWORD"] || decoded(url.password);
  const token = variables["MLFLOW_TRACKING_TOKEN"] ?? "";
  url.username = "";
  url.password = "";
  url.hash = "";
  url.search = "";
  const address = url.href.replace(/(?<!\/)\/+$/, "");
  const authorization =
    user !== "" && password !== ""
      ? `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`
      : token === ""
        ? undefined
        : `Bearer ${token}`;
  // A header of other characters is never sent, nor does it name what is wrong with it.
  if (authorization !== undefined && /[^\t\u0020-\u007e\u0080-\u00ff]/.test(authorization)) {
    return err({
      reason: "invalid",
      message: "MLFLOW_TRACKING_TOKEN has a line break or another character that no token has",
      help: "set it to the token alone: secrets that were copied from a file often end with its line break",
    });
  }
  const authorities = await readAuthorities(variables["MLFLOW_TRACKING_SERVER_CERT_PATH"]);
  if (!authorities.ok) return authorities;
  const insecure = /^(true|1)$/i.test(variables["MLFLOW_TRACKING_INSECURE_TLS"] ?? "");
  const clear =
    authorization !== undefined && url.protocol === "http:" && !isLoopback(url.hostname);
  return ok({
    address,
    authorization,
    connection: { verify: !insecure, authorities: authorities.value },
    warnings: clear
      ? [
          `the credentials for MLflow go to ${address} in clear text: an https address keeps them secret`,
        ]
      : [],
  });
}

async function readAuthorities(
  path: string | undefined,
): Promise<Result<string | undefined, PlatformError>> {
  if (path === undefined || path === "") return ok(undefined);
  try {
    return ok(await readFile(path, "utf8"));
  } catch (error) {
    const why =
      (error as NodeJS.ErrnoException).code === "ENOENT"
        ? "there is no such file"
        : "it can't be read";
    return err({
      reason: "unavailable",
      message: `MLFLOW_TRACKING_SERVER_CERT_PATH names ${path}: ${why}`,
      help: "let it name a file of PEM certificates, or unset it",
    });
  }
}

/** `%40` as `@`; a percent sign that stands for itself is left alone. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Of an address that can't be taken apart: it may have a password all the same. */
function withoutCredentials(address: string): string {
  const [from, to] = [address.indexOf("//"), address.lastIndexOf("@")];
  return from < 0 || to < from ? address : address.slice(0, from + 2) + address.slice(to + 1);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || host.startsWith("127.");
}
