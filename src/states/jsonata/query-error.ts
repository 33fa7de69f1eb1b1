/** What a function of ours throws, in the shape of JSONata's own errors. */
export class QueryError extends Error {
  readonly code: string;
  /** What the library's text for the code shows, where it has one. */
  readonly value: unknown;
  constructor(code: string, message: string, value?: unknown) {
    super(message);
    this.code = code;
    this.value = value;
  }
}
