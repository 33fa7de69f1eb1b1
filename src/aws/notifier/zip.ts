import { crc32 } from "node:zlib";

/**
 * A zip of one file, uncompressed and dated at the format's beginning: the same bytes for the same
 * content, whatever machine, clock or version of zlib makes it, so that its hash says what the
 * function is. Format: https://pkware.cachefly.net/webdocs/APPNOTE/APPNOTE-6.3.9.TXT
 */
export function zipOf(name: string, content: Uint8Array): Buffer {
  const fileName = Buffer.from(name, "utf8");
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

  const local = Buffer.concat([signature(0x04034b50), common, fileName, content]);
  const version = Buffer.alloc(2);
  version.writeUInt16LE((3 << 8) | 20); // made on Unix
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE((0o100644 << 16) >>> 0, 6); // readable for all: the function runs as another user
  rest.writeUInt32LE(0, 10); // where the file begins
  const central = Buffer.concat([signature(0x02014b50), version, common, rest, fileName]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, signature(0x06054b50), end]);
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
