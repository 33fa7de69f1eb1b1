import { expect, test } from "vitest";

import { networkFileSystem } from "./file-system.ts";

const mounts = [
  "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
  "40 22 0:40 / /home/ana/remote rw,nosuid - fuse.sshfs ana@host:/data rw",
  "41 22 0:41 / /home/ana/remote/inner rw - fuse.mergerfs pool rw",
  String.raw`42 22 0:42 / /mnt/two\040words rw - fuse.rclone bucket: rw`,
].join("\n");

test("knows network file systems by their number, signed or not", () => {
  expect(networkFileSystem(0x69_69, "/w", "")).toBe("NFS");
  expect(networkFileSystem(0xff_53_4d_42, "/w", "")).toBe("CIFS");
  expect(networkFileSystem(0xff_53_4d_42 - 2 ** 32, "/w", "")).toBe("CIFS");
  expect(networkFileSystem(0x01_02_19_97, "/mnt/c/w", "")).toBe("9P");
});

test("takes local ones for what they are", () => {
  for (const type of [0xef_53, 0x91_23_68_3e, 0x58_46_53_42, 0x01_02_19_94, 0x79_4c_76_30]) {
    expect(networkFileSystem(type, "/w", "")).toBeUndefined();
  }
});

test("looks behind FUSE, at the innermost mount", () => {
  const fuse = 0x65_73_55_46;
  expect(networkFileSystem(fuse, "/home/ana/remote/w", mounts)).toBe("sshfs");
  expect(networkFileSystem(fuse, "/home/ana/remote/inner/w", mounts)).toBeUndefined();
  expect(networkFileSystem(fuse, "/home/ana/remoteness", mounts)).toBeUndefined();
  expect(networkFileSystem(fuse, "/mnt/two words", mounts)).toBe("rclone");
});
