/**
 * Families that Esteira knows, in the order in which they are advised where several types have the
 * same size: general ones for batch jobs, and those with whole NVIDIA GPUs.
 */
export const FAMILIES = [
  ["t2", "t3", "t3a", "t4g"],
  ["g4dn", "g5", "g6", "g6e", "p4d", "p5"],
  ["c5", "c5a", "c6a", "c6i", "c7a", "c7i", "c7i-flex", "c6g", "c7g", "c8g"],
  ["m5", "m5a", "m6a", "m6i", "m7a", "m7i", "m7i-flex", "m6g", "m7g", "m8g"],
  ["r5", "r5a", "r6a", "r6i", "r7a", "r7i", "r6g", "r7g", "r8g"],
  ["c8a", "c8i", "c8i-flex", "m8a", "m8i", "m8i-flex", "r8a", "r8i", "r8i-flex"],
  ["c5d", "c6id", "c6gd", "c7gd", "c8gd", "m5d", "m6id", "m6gd", "m7gd", "m8gd"],
  ["r5d", "r6id", "r6gd", "r7gd", "r8gd"],
  ["p4de", "p5en", "g7e"],
].flat();

/** Regions with prices; us-east-1 has the newest ones. */
export const REGIONS = [
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
  "ca-central-1",
  "sa-east-1",
  "eu-central-1",
  "eu-north-1",
  "eu-south-2",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-south-1",
  "ap-southeast-1",
  "ap-southeast-2",
] as const;
