import { dockerCredentials } from "../../src/oci/credentials.ts";
import { type Descriptor, digestOf, type Manifest } from "../../src/oci/manifest.ts";
import { ociRepository, type Repository } from "../../src/aws/images/repository.ts";
import { makeRelease } from "../../src/release/build.ts";
import type { Release } from "../../src/release/release.ts";
import { recsys, workspaceWith } from "./deploy-fixture.ts";
import { environmentWith } from "./images-rig.ts";
import { acceleratedTiming } from "./rig/timing.ts";
import { unwrap } from "./rig/unwrap.ts";

/** A repository of a registry that lets anybody in. */
export function repositoryAt(host: string, path = "ml/images"): Repository {
  return ociRepository(
    { host, path },
    {
      credentials: dockerCredentials(host, "dev", { HOME: "/nowhere" }),
      signIn: "sign in",
      timing: acceleratedTiming(1000),
    },
  );
}

/** The project's release with its own source hash, in an environment. */
export function releaseOf(name: string, hash: string, version = "1.0.0"): Release {
  const environment = environmentWith(name, "127.0.0.1:1/ml");
  const project = recsys({ environment: environment.name, version });
  return makeRelease(project, workspaceWith(environment), environment, hash).release;
}

async function uploadTo(repository: Repository, content: Buffer): Promise<Descriptor> {
  const blob = {
    digest: digestOf(content),
    size: content.length,
    mediaType: "application/vnd.oci.image.layer.v1.tar",
    platform: undefined,
  };
  const stream = new Blob([new Uint8Array(content)]).stream();
  unwrap(await repository.registry.upload(blob, stream));
  return blob;
}

export function manifestOf(document: object, mediaType: string): Manifest {
  const content = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...document }));
  return { digest: digestOf(content), mediaType, content };
}

/** An image of one layer, not yet under any tag. */
export async function image(
  repository: Repository,
  architecture: string,
  labels: object,
  layer: Buffer,
) {
  const config = await uploadTo(
    repository,
    Buffer.from(JSON.stringify({ os: "linux", architecture, config: { Labels: labels } })),
  );
  const described = ({ digest, size }: Descriptor, mediaType: string) => ({
    digest,
    size,
    mediaType,
  });
  const manifest = manifestOf(
    {
      config: described(config, "application/vnd.oci.image.config.v1+json"),
      layers: [
        described(await uploadTo(repository, layer), "application/vnd.oci.image.layer.v1.tar"),
      ],
    },
    "application/vnd.oci.image.manifest.v1+json",
  );
  return manifest;
}
