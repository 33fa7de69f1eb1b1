import { crc32 } from "node:zlib";

/** A file of a zip. */
export interface ZipFile {
  /** Its path, with `/`. */
  readonly name: string;
  readonly content: Uint8Array;
}

/**
 * A zip of files in their order, uncompressed and dated at the format's beginning: the same bytes
 * for the same content, whatever machine, clock or version of zlib makes it, so that its hash says
 * what is in it. Format: https://pkware.cachefly.net/webdocs/APPNOTE/APPNOTE-6.3.9.TXT
 */
export function zipOf(files: readonly ZipFile[]): Buffer {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, content } of files) {
    const fileName = Buffer.from(name, "utf8");
    const common = commonHeader(fileName, content);
    parts.push(signature(0x04034b50), common, fileName, content);
    directory.push(signature(0x02014b50), madeOnUnix, common, restOfEntry(offset), fileName);
    offset += 4 + common.length + fileName.length + content.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, central, signature(0x06054b50), end]);
}

/** What a file's own header and its entry in the directory have in common. */
function commonHeader(fileName: Uint8Array, content: Uint8Array): Buffer {
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0); // version needed: 2.0
  common.writeUInt16LE(0x0800, 2); // names are UTF-8
  common.writeUInt16LE(0, 4); // stored
  common.writeUInt16LE(0, 6); // midnight
  common.writeUInt16LE(0x21, 8); // 1 January 1980
  common.writeUInt32LE(crc32(content), 10);
  common.writeUInt32LE(content.length, 14);
  common.writeUInt32LE(content.length, 18);
  common.writeUInt16LE(fileName.length, 22);
  common.writeUInt16LE(0, 24); // no extra field
  return common;
}

const madeOnUnix = Buffer.from([20, 3]);

/** @param offset where the file begins */
function restOfEntry(offset: number): Buffer {
  const rest = Buffer.alloc(14);
  // Readable for all: a function on AWS runs as another user.
  rest.writeUInt32LE((0o100644 << 16) >>> 0, 6);
  rest.writeUInt32LE(offset, 10);
  return rest;
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
