import { isIP } from "node:net";

/** What a browser may call this console: by these names and no others. */
export interface Origins {
  /** Whether `Host` is one of its names; else it is somebody else's name for this address. */
  readonly isHost: (host: string | undefined) => boolean;
  /** Whether `Origin` is one of its pages. */
  readonly isOrigin: (origin: string | undefined) => boolean;
}

/**
 * A name that somebody else owns can be made to lead here (DNS rebinding), so names are compared
 * and never looked up.
 *
 * @param listening address and port that the console listens on
 * @param proxy what people type where a proxy is in front: `https://console.acme.com`
 */
export function originsOf(
  { address, port }: { readonly address: string; readonly port: number },
  proxy: string | undefined,
): Origins {
  const hosts = new Set<string>();
  const origins = new Set<string>();
  const add = (name: string): void => {
    hosts.add(`${name}:${port}`);
    if (port === 80) hosts.add(name);
    origins.add(new URL(`http://${name}:${port}`).origin);
  };
  if (isLoopback(address) || isEverywhere(address)) {
    for (const name of ["localhost", "127.0.0.1", "[::1]"]) add(name);
  }
  if (!isEverywhere(address)) add(isIP(address) === 6 ? `[${address}]` : address);
  if (proxy !== undefined) {
    const { host, origin } = new URL(proxy);
    hosts.add(host);
    origins.add(origin);
  }
  // A number is nobody's name: it can't be made to lead elsewhere.
  const isNumber = (host: string): boolean => {
    const [, v6, v4] = /^(?:\[([^\]]+)\]|([\d.]+)):\d+$/.exec(host) ?? [];
    return isEverywhere(address) && host.endsWith(`:${port}`) && isIP(v6 ?? v4 ?? "") !== 0;
  };
  return {
    isHost: (host) => host !== undefined && (hosts.has(host.toLowerCase()) || isNumber(host)),
    isOrigin: (origin) =>
      origin !== undefined &&
      (origins.has(origin.toLowerCase()) || isNumber(origin.replace(/^http:\/\//, ""))),
  };
}

/** Only processes of this machine reach it. */
export function isLoopback(address: string): boolean {
  return address === "localhost" || address === "::1" || /^127(\.\d{1,3}){3}$/.test(address);
}

/** All addresses of this machine. */
function isEverywhere(address: string): boolean {
  return address === "0.0.0.0" || address === "::";
}
