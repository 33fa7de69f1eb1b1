/** What a body may have, in bytes: the longest is a run with its parameters. */
const mostBytes = 64 * 1024;

/** The text of a body; undefined where it is longer than any request of ours. */
export async function bodyText(request: Request): Promise<string | undefined> {
  if (Number(request.headers.get("content-length") ?? 0) > mostBytes) return undefined;
  if (request.body === null) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > mostBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
