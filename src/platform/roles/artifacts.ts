import type { EdgeError } from "../../core/edge-error.ts";
import type { Result } from "../../core/result.ts";

/** Where the artifacts of a run are: those that continue with it share them. */
export interface ArtifactsOf {
  readonly project: string;
  readonly origin: string;
}

/** A file below a run's artifacts. */
export interface StoredFile {
  /** Relative to them, with `/`. */
  readonly key: string;
  /** In bytes. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
}

/** Bytes of a file: from the first one's place, fewer where the file ends. */
export interface ByteRange {
  readonly from: number;
  /** At least 1. */
  readonly length: number;
}

/** What the steps of runs left. */
export interface ArtifactStore {
  /** The folders of a project: the origins of its runs, and `_cache` where steps use that. */
  origins(project: string): Promise<Result<readonly string[], EdgeError>>;
  /** Removes all that is there; done again, it says the same. */
  remove(of: ArtifactsOf): Promise<Result<void, EdgeError>>;
  /** Every file, in no order; links are no files. At most `limit`, and one more where there are. */
  list(of: ArtifactsOf, limit: number): Promise<Result<readonly StoredFile[], EdgeError>>;
  /** A file by its key; undefined when there is none, and where a link leads out of the run's. */
  find(of: ArtifactsOf, key: string): Promise<Result<StoredFile | undefined, EdgeError>>;
  /**
   * The content of a file, or a part of it, piece by piece; undefined when it is gone. Pieces throw
   * what the disk or the network refuses meanwhile.
   */
  read(
    of: ArtifactsOf,
    key: string,
    part?: ByteRange,
  ): Promise<Result<AsyncIterable<Uint8Array> | undefined, EdgeError>>;
  /** What a person opens to look at them: a folder, or a page of AWS's console. */
  placeOf(of: ArtifactsOf, prefix: string): string;
}

/** Whether a key can be of a file below a run's artifacts: no way up, nothing absolute. */
export function isArtifactKey(key: string): boolean {
  if (key.length > 1024 || /[\u0000-\u001F\\]/.test(key)) return false;
  return key.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}
