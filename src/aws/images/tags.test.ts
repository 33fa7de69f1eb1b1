import { describe, expect, test } from "vitest";

import type { CapacitySpec } from "../../release/release.ts";
import { architectureOf, hashTag, isHashTagOf } from "./tags.ts";

const capacity = (...instanceTypes: string[]): { capacity: CapacitySpec | undefined } => ({
  capacity: {
    instanceTypes,
    minQuantity: 0,
    maxQuantity: 1,
    spot: true,
    onDemandFallback: false,
    diskGb: 50,
  },
});

describe("the architecture of an image", () => {
  test.each([
    ["t3.xlarge", "amd64"],
    ["m7g.large", "arm64"],
    ["g4dn.xlarge", "amd64"],
    // Not in our list: known by their names.
    ["g5g.xlarge", "arm64"],
    ["c7gn.16xlarge", "arm64"],
    ["im4gn.large", "arm64"],
    ["a1.large", "arm64"],
    ["x2idn.16xlarge", "amd64"],
    ["g6.24xlarge", "amd64"],
    ["u-6tb1.metal", "amd64"],
  ])("%s: %s", (type, architecture) => {
    expect(architectureOf(capacity(type))).toBe(architecture);
  });

  test("without instances: amd64", () => {
    expect(architectureOf({ capacity: undefined })).toBe("amd64");
  });
});

describe("the tag of a source", () => {
  const hash = "4f9a1c0b2d3e5f60718293a4b5c6d7e8f9";

  test("says whose it is, and for which architecture where it isn't the usual one", () => {
    expect(hashTag("recsys-dev", hash, "amd64")).toBe("src-recsys-dev-4f9a1c0b2d3e");
    expect(hashTag("recsys", hash, "arm64")).toBe("src-recsys-4f9a1c0b2d3e-arm64");
    expect(hashTag("recsys", hash, "amd64", 1)).toBe("src-recsys-4f9a1c0b2d3e-h1");
  });

  test("is never mistaken for another project's, whose name begins or ends alike", () => {
    expect(isHashTagOf("recsys", "src-recsys-4f9a1c0b2d3e")).toBe(true);
    expect(isHashTagOf("recsys", "src-recsys-4f9a1c0b2d3e-arm64")).toBe(true);
    expect(isHashTagOf("recsys", "src-recsys-4f9a1c0b2d3e-h1")).toBe(true);
    expect(isHashTagOf("recsys", "src-recsys-4f9a1c0b2d3e-arm64-h12")).toBe(true);
    expect(isHashTagOf("recsys", "src-recsys-v2-4f9a1c0b2d3e")).toBe(false);
    expect(isHashTagOf("recsys", "src-recsys-4f9a1c0b2d3e-4f9a1c0b2d3e")).toBe(false);
    expect(isHashTagOf("recsys", "recsys-4f9a1c0b2d3e")).toBe(false);
    expect(isHashTagOf("v2", "src-recsys-v2-4f9a1c0b2d3e")).toBe(false);
  });
});
