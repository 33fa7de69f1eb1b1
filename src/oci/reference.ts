/** A repository of images, without tag or digest. */
export interface RepositoryReference {
  /** With its port, where it has one: `registry.example.com`, `127.0.0.1:5000`. */
  readonly host: string;
  /** `ml/images` */
  readonly path: string;
}

/** `host/path` */
export function repositoryName({ host, path }: RepositoryReference): string {
  return `${host}/${path}`;
}

export function isSameRepository(one: RepositoryReference, other: RepositoryReference): boolean {
  return one.host === other.host && one.path === other.path;
}

/**
 * Whether a host is this very machine: only there a registry is spoken to without TLS, as Docker
 * does it.
 */
export function isThisMachine(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(host);
}

/** Where a registry's HTTP API is: `https://registry.example.com`. */
export function registryUrl(host: string): string {
  return `${isThisMachine(host) ? "http" : "https"}://${host}`;
}
