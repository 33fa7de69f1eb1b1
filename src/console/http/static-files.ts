import { createReadStream, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { Readable } from "node:stream";

import { everywhere, pagePolicy } from "./security-headers.ts";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".json": "application/json; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
};

/** Whose files have a hash of what is in them in their names: another content has another name. */
const assets = "assets";
/** One part of a path: no dots at the beginning, nothing that leads elsewhere. */
const part = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;

/**
 * Gives the pages: files of a folder, and its `index.html` for every path that is a page.
 *
 * @param folder `dist/web`
 */
export function staticFiles(folder: string): (path: string, acceptsBrotli: boolean) => Response {
  return (path, acceptsBrotli) => {
    const parts = path.split("/").filter((one) => one !== "");
    const isFile = parts.length > 0 && parts.every((one) => part.test(one));
    const asset = isFile
      ? fileAnswer(join(folder, ...parts), acceptsBrotli, parts[0] === assets)
      : undefined;
    if (asset !== undefined) return asset;
    // A file of an earlier build is gone, and a page that asks for it gets no other.
    if (extname(path) !== "" && parts[0] === assets) return plain("not found", 404);
    return fileAnswer(join(folder, "index.html"), acceptsBrotli) ?? notBuilt();
  };
}

function fileAnswer(path: string, acceptsBrotli: boolean, stays = false): Response | undefined {
  const type = types[extname(path)];
  if (type === undefined) return undefined;
  const packed = acceptsBrotli ? sizeOf(`${path}.br`) : undefined;
  const size = packed ?? sizeOf(path);
  if (size === undefined) return undefined;
  const file = packed === undefined ? path : `${path}.br`;
  const headers = {
    ...everywhere,
    "content-type": type,
    "content-length": String(size),
    "cache-control": stays ? "public, max-age=31536000, immutable" : "no-cache",
    vary: "accept-encoding",
    "content-security-policy": pagePolicy,
    ...(packed === undefined ? {} : { "content-encoding": "br" }),
  };
  // Small ones at once: a stream costs more than it saves.
  const body =
    size < 256 * 1024
      ? new Uint8Array(readFileSync(file))
      : (Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>);
  return new Response(body, { headers });
}

function sizeOf(path: string): number | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true ? stat.size : undefined;
}

function notBuilt(): Response {
  return plain(
    "The console's pages are not built here: `npm run build` in the folder of Esteira makes them.\nThe API is at /api/v1; /api/v1/openapi.json describes it.\n",
    503,
  );
}

export function plain(text: string, status: number): Response {
  return new Response(text, {
    status,
    headers: {
      ...everywhere,
      "content-type": "text/plain; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": pagePolicy,
    },
  });
}
