import { Readable } from "node:stream";

import type { FileAnswer } from "../api/handler.ts";
import { everywhere, filePolicy } from "./security-headers.ts";

/** Bytes that a step wrote: saved, or shown as an image, and never run. */
export function fileAnswer({ name, imageType, bytes, stream }: FileAnswer): Response {
  const how = imageType === undefined ? "attachment" : "inline";
  const body = Readable.toWeb(Readable.from(stream(), { objectMode: false }));
  return new Response(body as ReadableStream<Uint8Array>, {
    headers: {
      ...everywhere,
      "content-type": imageType ?? "application/octet-stream",
      "content-disposition": `${how}; filename*=UTF-8''${encodeURIComponent(name)}`,
      "content-security-policy": filePolicy,
      "cache-control": "private, no-store",
      ...(bytes === undefined ? {} : { "content-length": String(bytes) }),
    },
  });
}
