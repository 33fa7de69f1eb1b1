import { FAMILIES } from "./instance-types.generated.ts";

/**
 * Common EC2 instance types, so that a step that can never be placed is found before anything is
 * deployed. What AWS offers changes: a type that isn't here is checked by `verify` against the
 * account and not by the rules. The table is written by `tools/aws-data`.
 */
export interface InstanceType {
  readonly name: string;
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly gpus: number;
  readonly architecture: "x86_64" | "arm64";
}

/** The type of this name, or undefined when it isn't one of those listed here. */
export function instanceType(name: string): InstanceType | undefined {
  return typesOfFamily(name.split(".")[0] ?? "").find((type) => type.name === name);
}

/** All types of a family that are listed, the smallest first: `t3`, `m7i-flex`. */
export function typesOfFamily(family: string): readonly InstanceType[] {
  const row = Object.hasOwn(FAMILIES, family) ? FAMILIES[family] : undefined;
  if (row === undefined) return [];
  const [architecture, ...sizes] = row.split(" ");
  return sizes.map((text) => {
    const [size = "", vcpus, memoryMib, gpus = 0] = text.split(":");
    return {
      name: `${family}.${size}`,
      vcpus: Number(vcpus),
      memoryMib: Number(memoryMib),
      gpus: Number(gpus),
      architecture: architecture === "arm64" ? "arm64" : "x86_64",
    };
  });
}

/** Every type that is listed. */
export function allInstanceTypes(): readonly InstanceType[] {
  return Object.keys(FAMILIES).flatMap(typesOfFamily);
}

/**
 * Memory in MiB that tasks can count on: what the kernel and the ECS agent keep is left out, with
 * room for a new machine image to keep some more
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/memory-management.html).
 */
export function usableMemoryMib(type: Pick<InstanceType, "memoryMib">): number {
  return Math.floor(0.93 * type.memoryMib - 256);
}
