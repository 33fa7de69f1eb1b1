import { createHash } from "node:crypto";

/**
 * A number in [0, 1) that is a function of `key` alone, so that a replay draws what the first run
 * drew.
 */
export function randomNumber(key: string): number {
  return createHash("sha256").update(key).digest().readUIntBE(0, 6) / 2 ** 48;
}

/**
 * The numbers that java.util.Random draws from a seed: AWS's `$random(seed)` gives them bit for
 * bit. https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Random.html
 */
export function javaNumbers(seed: number): {
  /** In [0, 1). */
  readonly double: () => number;
} {
  const mask = (1n << 48n) - 1n;
  let state = (BigInt(Math.trunc(seed)) ^ 0x5deece66dn) & mask;
  const bits = (count: number): number => {
    state = (state * 0x5deece66dn + 0xbn) & mask;
    return Number(state >> BigInt(48 - count));
  };
  return {
    double: () => (bits(26) * 2 ** 27 + bits(27)) / 2 ** 53,
  };
}

/** A version 4 UUID that is a function of `key` alone. */
export function uuidOf(key: string): string {
  const bytes = createHash("sha256").update(key).digest();
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
