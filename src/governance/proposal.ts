/** A branch on its way into another. */
export interface Proposal {
  readonly head: string;
  readonly base: string;
  /** Of the pull request, where there is one. */
  readonly number?: number;
  /** `owner/repository` that the head is in, where that is another than the base's. */
  readonly fork?: string;
}

export interface Commit {
  /** Full SHA. */
  readonly id: string;
  readonly subject: string;
}
