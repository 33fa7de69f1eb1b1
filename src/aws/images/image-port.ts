import type { Result } from "../../core/result.ts";
import type { PlatformError } from "../../platform/port.ts";
import type { Release, ResourceNames } from "../../release/release.ts";
import type { FindLostImages } from "./lost-images.ts";

/** Where a deploy gets a project's image from: a registry, and what builds for it. */
export interface ImagePort {
  /** Looks whether the image of each release is there, by project. Reads only. */
  resolve(
    releases: readonly Release[],
  ): Promise<Result<ReadonlyMap<string, ImageState>, PlatformError>>;
  /**
   * The projects of those releases whose image isn't in the registry, wherever else it may be; in
   * as few requests as the registry allows.
   */
  absent(releases: readonly Release[]): Promise<Result<ReadonlySet<string>, PlatformError>>;
  /** Those of these images, by digest, that the registry no longer has. */
  readonly lost: FindLostImages;
  /**
   * Makes it so that the image is there under its tag: nothing, a tag moved, a copy from another
   * environment's registry, or a build.
   */
  publish(
    release: Release,
    progress: ImageProgress,
  ): Promise<Result<PublishedImage, PlatformError>>;
  /** Brings an image of the registry, by digest, into the Docker engine of this machine. */
  pull(uri: string, progress: ImageProgress): Promise<Result<void, PlatformError>>;
  /**
   * Removes the project's tags but those of the kept images, or says which it would; absent where
   * another environment gives its images the very same tags.
   */
  readonly cleanUp?: (
    owner: ImageOwner,
    keptDigests: ReadonlySet<string>,
    dryRun: boolean,
  ) => Promise<Result<readonly string[], PlatformError>>;
}

/** Whose images: a release, or what is left of a project. */
export interface ImageOwner {
  readonly project: string;
  readonly names: Pick<ResourceNames, "base">;
}

export interface ImageProgress {
  /** A line of what the build says. */
  readonly output: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
}

export type ImageState =
  /** Its source is in the registry, and its tag names it. */
  | {
      readonly state: "present";
      readonly digest: string;
      readonly uri: string;
      /** What is worth knowing about it. */
      readonly note?: string;
    }
  /**
   * It has to be published; `note` says what that will be: `built`, `copied from dev`, `tag moved`.
   */
  | {
      readonly state: "missing";
      readonly note: string;
      /**
       * By digest, where that is known already: the content is there, and only its tag or its place
       * is not.
       */
      readonly uri?: string;
    }
  /** Its tag is taken by other content and must not move, or it may not be built. */
  | { readonly state: "conflict"; readonly error: PlatformError };

export interface PublishedImage {
  /** `sha256:…` */
  readonly digest: string;
  /** By digest: `123456789012.dkr.ecr.us-east-1.amazonaws.com/ml-projects@sha256:…` */
  readonly uri: string;
  readonly built: boolean;
}
