export interface PageRequest {
  /** Opaque, from the page before. */
  readonly cursor?: string;
  readonly limit: number;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
}
