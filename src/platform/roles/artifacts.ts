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

/** Reads what the steps of runs left. */
export interface ArtifactStore {
  /** Every file, in no order; links are no files. At most `limit`, and one more where there are. */
  list(of: ArtifactsOf, limit: number): Promise<Result<readonly StoredFile[], EdgeError>>;
  /**
   * The content of a file, piece by piece; undefined when it is gone. Pieces throw what the disk or
   * the network refuses meanwhile.
   */
  read(
    of: ArtifactsOf,
    key: string,
  ): Promise<Result<AsyncIterable<Uint8Array> | undefined, EdgeError>>;
  /** What a person opens to look at them: a folder, or a page of AWS's console. */
  placeOf(of: ArtifactsOf, prefix: string): string;
}
