/**
 * File systems that other machines share. SQLite's write-ahead log needs memory shared by all its
 * users, and locks that hold: neither is there on these (https://www.sqlite.org/wal.html,
 * https://www.sqlite.org/faq.html#q5). Numbers: `f_type` of
 * https://man7.org/linux/man-pages/man2/statfs.2.html.
 */
const shared: ReadonlyMap<number, string> = new Map([
  [0x69_69, "NFS"],
  [0x51_7b, "SMB"],
  [0xff_53_4d_42, "CIFS"],
  [0xfe_53_4d_42, "SMB"],
  [0x01_02_19_97, "9P"],
  [0x53_46_41_4f, "AFS"],
  [0x6b_41_46_53, "AFS"],
  [0x00_c3_64_00, "Ceph"],
  [0x0b_d0_0b_d0, "Lustre"],
  [0x19_83_03_26, "BeeGFS"],
  [0x47_50_46_53, "GPFS"],
  [0x01_16_19_70, "GFS2"],
  [0x74_61_63_6f, "OCFS2"],
  [0x73_75_72_45, "Coda"],
  [0x56_4c, "NCP"],
  [0x78_6f_42_56, "VirtualBox shared folder"],
]);

const fuse = 0x65_73_55_46;

/** FUSE is a way to write file systems, not one; these ones keep their files elsewhere. */
const sharedFuse =
  /^fuse\.(sshfs|s3fs|gcsfuse|goofys|rclone|glusterfs|davfs|smbnetfs|curlftpfs|juicefs|ceph)/;

/**
 * The name of the network file system that a folder is on, or `undefined` for a local one.
 *
 * @param type `f_type` as `statfs` gives it, signed or not
 * @param mounts text of `/proc/self/mountinfo`; looked at for FUSE only
 */
export function networkFileSystem(type: number, path: string, mounts: string): string | undefined {
  const unsigned = Number(BigInt.asUintN(32, BigInt(type)));
  if (unsigned !== fuse) return shared.get(unsigned);
  const kind = mountedKind(path, mounts);
  return kind !== undefined && sharedFuse.test(kind) ? kind.slice("fuse.".length) : undefined;
}

/** File system type of the innermost mount around the path. */
function mountedKind(path: string, mounts: string): string | undefined {
  let best: { readonly point: string; readonly kind: string } | undefined;
  for (const line of mounts.split("\n")) {
    // 36 35 98:0 /root /mount/point options optional-fields - type source super-options
    const [head, tail] = line.split(" - ");
    const point = head?.split(" ")[4]?.replaceAll(String.raw`\040`, " ");
    const kind = tail?.split(" ")[0];
    if (point === undefined || kind === undefined) continue;
    const inside = path === point || path.startsWith(point === "/" ? "/" : `${point}/`);
    // A later mount on the same point hides the earlier one.
    if (inside && point.length >= (best?.point.length ?? 0)) best = { point, kind };
  }
  return best?.kind;
}
