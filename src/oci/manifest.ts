import { createHash } from "node:crypto";

import { err, ok, type Result } from "../core/result.ts";

/**
 * What a registry keeps under a tag or digest, byte for byte: its digest is that of its bytes, so
 * it is never written anew. https://github.com/opencontainers/image-spec/blob/main/manifest.md
 */
export interface Manifest {
  /** `sha256:…` */
  readonly digest: string;
  readonly mediaType: string;
  readonly content: Buffer;
}

export interface Descriptor {
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  readonly mediaType: string;
  /** `linux/amd64`; in an index. */
  readonly platform: string | undefined;
}

/** What a manifest names. */
export type ManifestParts =
  | { readonly kind: "image"; readonly config: Descriptor; readonly layers: readonly Descriptor[] }
  /** One image an architecture. */
  | { readonly kind: "index"; readonly manifests: readonly Descriptor[] };

const images = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];
const indexes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];

/**
 * All that are understood. A registry may turn what it has into one of them, so all are asked for.
 */
export const manifestTypes: readonly string[] = [...images, ...indexes];

/** `sha256:…` of these bytes. */
export function digestOf(content: Uint8Array): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

/**
 * Reads what a manifest names; or says, to be behind "the manifest …", what is wrong with it.
 */
export function readManifest({ content, mediaType }: Manifest): Result<ManifestParts, string> {
  const json = parsed(content);
  if (json === undefined) return err("is not JSON");
  const type = mediaType === "" ? json["mediaType"] : mediaType;
  if (Array.isArray(json["manifests"]) || (typeof type === "string" && indexes.includes(type))) {
    const manifests = descriptors(json["manifests"]);
    return manifests === undefined
      ? err("is not an index of images")
      : ok({ kind: "index", manifests });
  }
  const config = descriptor(json["config"]);
  const layers = descriptors(json["layers"]);
  if (config === undefined || layers === undefined) {
    return err(
      json["schemaVersion"] === 1
        ? "has the form of 2015, which contains no digests"
        : "names no configuration and layers",
    );
  }
  // Layers that are fetched from elsewhere are in no registry.
  return ok({
    kind: "image",
    config,
    layers: layers.filter(({ mediaType }) => !/foreign/.test(mediaType)),
  });
}

/** What an image says about itself. */
export interface ImageLabels {
  readonly labels: Readonly<Record<string, string>>;
  /** `amd64` */
  readonly architecture: string | undefined;
}

/**
 * Reads an image's configuration. https://github.com/opencontainers/image-spec/blob/main/config.md
 */
export function readLabels(config: Uint8Array): ImageLabels | undefined {
  const json = parsed(config);
  if (json === undefined) return undefined;
  const inner = json["config"];
  const labels = isRecord(inner) && isRecord(inner["Labels"]) ? inner["Labels"] : {};
  const { architecture } = json as { readonly architecture?: unknown };
  return {
    labels: Object.fromEntries(
      Object.entries(labels).filter(
        (entry): entry is [string, string] => typeof entry[1] === "string",
      ),
    ),
    architecture: typeof architecture === "string" ? architecture : undefined,
  };
}

function parsed(content: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(content).toString("utf8"));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function descriptors(value: unknown): Descriptor[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const found = value.map(descriptor);
  return found.includes(undefined) ? undefined : (found as Descriptor[]);
}

function descriptor(value: unknown): Descriptor | undefined {
  if (!isRecord(value)) return undefined;
  const { digest, size, mediaType, platform } = value;
  // The digest becomes part of a path.
  if (typeof digest !== "string" || !/^sha256:[0-9a-f]{64}$/.test(digest)) return undefined;
  if (typeof size !== "number") return undefined;
  return {
    digest,
    size,
    mediaType: typeof mediaType === "string" ? mediaType : "",
    platform: platformOf(platform),
  };
}

function platformOf(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined;
  const { os, architecture } = value;
  return typeof os === "string" && typeof architecture === "string"
    ? `${os}/${architecture}`
    : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
