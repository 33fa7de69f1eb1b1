import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  GetAuthorizationTokenCommand,
  DescribeImagesCommand,
  type Image,
  type ImageIdentifier,
  PutImageCommand,
} from "@aws-sdk/client-ecr";

import type { AwsEnvironment } from "../../config/model.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import { callAws } from "../sdk/call.ts";
import { batches, mapConcurrently } from "../../core/concurrency.ts";
import type { Clients } from "../sdk/context.ts";
import type { Timing } from "../../core/clock.ts";
import { isError } from "../sdk/error-names.ts";
import type { CredentialSource } from "../../oci/credentials.ts";
import { digestOf, type Manifest, manifestTypes } from "../../oci/manifest.ts";
import { repositoryName, type RepositoryReference } from "../../oci/reference.ts";
import { registryHttp } from "../../oci/registry-http.ts";
import { registryOf } from "../../oci/registry.ts";
import type { Repository } from "./repository.ts";

export interface EcrOptions {
  /** Of the repository's region. */
  readonly clients: Pick<Clients, "ecr">;
  readonly environment: AwsEnvironment;
  /** Whose credentials ask: another than the repository's where images are taken from there. */
  readonly asking: AwsEnvironment;
  readonly timing: Timing;
}

/**
 * A repository of Amazon ECR. Looking, tagging and deleting go through AWS's own API, which takes a
 * hundred images at a time; only the content of images goes through the registry's, with a token
 * that AWS gives for twelve hours.
 */
export function ecrRepository(
  reference: RepositoryReference,
  { clients: { ecr }, environment, asking, timing }: EcrOptions,
): Repository {
  const credentials = ecrCredentials(ecr, asking, timing);
  const name = repositoryName(reference);
  // Between accounts both have to allow it.
  const ownPolicy =
    environment.accountId === asking.accountId
      ? ""
      : `; the repository is of account ${environment.accountId}, where the repository's own policy has to let account ${asking.accountId} pull`;
  const signIn = `see to it that the credentials may use ${name}: \`esteira iam deploy-policy -e ${asking.name}\` prints the policy${ownPolicy}`;
  const call = async <Value>(action: string, work: () => Promise<Value>) => {
    const done = await callAws(asking.name, action, work);
    if (done.ok || !done.error.message.includes("no permission for")) return done;
    return err({ ...done.error, help: `${done.error.help ?? ""}${ownPolicy}` });
  };
  const http = registryHttp({ host: reference.host, credentials, signIn, timing });
  const repository = { registryId: environment.accountId, repositoryName: reference.path };

  const read = async (tagsOrDigests: readonly string[], signal?: AbortSignal): Promise<Answer> => {
    const pages = await mapConcurrently(batches(tagsOrDigests, 100), 4, (batch) =>
      ecr.send(
        new BatchGetImageCommand({
          ...repository,
          imageIds: batch.map(imageId),
          acceptedMediaTypes: [...manifestTypes],
        }),
        signal === undefined ? {} : { abortSignal: signal },
      ),
    );
    return {
      images: pages.flatMap(({ images = [] }) => images),
      missing: pages.flatMap(({ failures = [] }) =>
        failures.flatMap(({ imageId }) => imageId ?? []),
      ),
    };
  };

  /** Tags of images that are known to be there. */
  const describe = async (tags: readonly string[]): Promise<(readonly [string, string])[]> => {
    const pages = await mapConcurrently(batches(tags, 100), 4, (batch) =>
      ecr.send(new DescribeImagesCommand({ ...repository, imageIds: batch.map(imageId) })),
    );
    return pages
      .flatMap(({ imageDetails = [] }) => imageDetails)
      .flatMap(({ imageDigest = "", imageTags = [] }) =>
        imageTags.map((tag) => [tag, imageDigest] as const),
      );
  };

  return {
    reference,
    registry: registryOf(http, reference.path),
    credentials,
    signIn,
    find: (tags, signal) =>
      call(`look for images in ${name}`, async () => {
        const { images, missing } = await read(tags, signal);
        const found = new Map(
          images.map(({ imageId }) => [imageId?.imageTag ?? "", imageId?.imageDigest ?? ""]),
        );
        const absent = new Set(missing.map(({ imageTag }) => imageTag));
        // It isn't written down that an image with two of the tags comes twice.
        const unanswered = tags.filter((tag) => !found.has(tag) && !absent.has(tag));
        return new Map([...found, ...(await describe(unanswered))]);
      }),
    manifest: (image, signal) =>
      call(`read the image ${image} of ${name}`, async () => {
        const [found] = (await read([image], signal)).images;
        return found === undefined ? undefined : manifestOf(found);
      }),
    put: (manifest, tag, signal) =>
      call(`write the image ${tag ?? manifest.digest} to ${name}`, async () => {
        try {
          await ecr.send(
            new PutImageCommand({
              ...repository,
              imageManifest: manifest.content.toString("utf8"),
              imageManifestMediaType: manifest.mediaType,
              imageDigest: manifest.digest,
              ...(tag === undefined ? {} : { imageTag: tag }),
            }),
            signal === undefined ? {} : { abortSignal: signal },
          );
        } catch (thrown) {
          // The very same image is under this tag.
          if (!isError(thrown, "ImageAlreadyExistsException")) throw thrown;
        }
      }).then((put) => explained(put, tag)),
    list: (isOurs) =>
      call(`list the images of ${name}`, async () => {
        const images = new Map<string, string[]>();
        let nextToken: string | undefined;
        do {
          const page = await ecr.send(
            new DescribeImagesCommand({
              ...repository,
              filter: { tagStatus: "TAGGED" },
              maxResults: 1000,
              ...(nextToken === undefined ? {} : { nextToken }),
            }),
          );
          for (const { imageDigest = "", imageTags = [] } of page.imageDetails ?? []) {
            if (imageTags.some(isOurs)) images.set(imageDigest, imageTags);
          }
          nextToken = page.nextToken;
        } while (nextToken !== undefined);
        return images;
      }),
    tagsAreSingle: true,
    untag: (_digest, tags) =>
      call(`delete images of ${name}`, async () => {
        const gone: string[] = [];
        for (const batch of batches(tags, 100)) {
          const { imageIds = [] } = await ecr.send(
            new BatchDeleteImageCommand({ ...repository, imageIds: batch.map(imageId) }),
          );
          gone.push(...imageIds.flatMap(({ imageTag }) => imageTag ?? []));
        }
        return gone;
      }),
  };
}

interface Answer {
  readonly images: readonly Image[];
  readonly missing: readonly ImageIdentifier[];
}

function imageId(tagOrDigest: string): ImageIdentifier {
  return tagOrDigest.startsWith("sha256:")
    ? { imageDigest: tagOrDigest }
    : { imageTag: tagOrDigest };
}

/** The manifest comes as text; its bytes are those of the digest. */
function manifestOf({ imageManifest = "", imageManifestMediaType = "" }: Image): Manifest {
  const content = Buffer.from(imageManifest, "utf8");
  return { digest: digestOf(content), mediaType: imageManifestMediaType, content };
}

/** Says what to do about a repository that keeps its tags as they are. */
function explained(
  put: Result<void, PlatformError>,
  tag: string | undefined,
): Result<void, PlatformError> {
  if (put.ok || !put.error.message.includes("ImageTagAlreadyExistsException")) return put;
  return {
    ok: false,
    error: {
      ...put.error,
      reason: "refused",
      help: `${tag ?? "the image"} has other content there, and the repository keeps its tags; raise \`version\` in config.yaml`,
    },
  };
}

/** AWS's token for the registry, asked for once and again before it ends. */
export function ecrCredentials(
  ecr: Clients["ecr"],
  environment: AwsEnvironment,
  timing: Timing,
): CredentialSource {
  let known: { readonly answer: ReturnType<CredentialSource>; readonly until: number } | undefined;
  return () => {
    if (known !== undefined && known.until > timing.now()) return known.answer;
    const answer = askForToken(ecr, environment);
    const asked = { answer, until: timing.now() + 6 * 3_600_000 };
    known = asked;
    // What failed is asked for again.
    void answer.then((result) => {
      if (!result.ok && known === asked) known = undefined;
    });
    return answer;
  };
}

async function askForToken(
  ecr: Clients["ecr"],
  environment: AwsEnvironment,
): ReturnType<CredentialSource> {
  const token = await callAws(environment.name, "sign in to ECR", async () => {
    const { authorizationData = [] } = await ecr.send(new GetAuthorizationTokenCommand({}));
    const text = authorizationData[0]?.authorizationToken ?? "";
    return Buffer.from(text, "base64").toString("utf8");
  });
  if (!token.ok) return token;
  const colon = token.value.indexOf(":");
  return ok({
    kind: "password",
    username: token.value.slice(0, colon),
    password: token.value.slice(colon + 1),
  });
}
