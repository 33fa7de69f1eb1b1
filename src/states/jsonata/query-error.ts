/** What a function of ours throws, in the shape of JSONata's own errors. */
export class QueryError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
