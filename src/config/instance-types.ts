/**
 * Common EC2 instance types, so that a step that can never be placed is found before anything is
 * deployed. What AWS offers changes: a type that isn't here is checked by `verify` against the
 * account and not by the rules.
 *
 * Source: https://docs.aws.amazon.com/ec2/latest/instancetypes/ and the answers of
 * DescribeInstanceTypes, as of November 2026.
 */
export interface InstanceType {
  readonly name: string;
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly gpus: number;
  readonly architecture: "x86_64" | "arm64";
}

interface Family {
  readonly architecture: InstanceType["architecture"];
  readonly gibPerVcpu: number;
  /** Sizes in multiples of `xlarge`, which has 4 virtual CPUs. */
  readonly multiples: readonly number[];
  readonly medium?: true;
}

const UP_TO_24 = [1, 2, 4, 8, 12, 16, 24] as const;
const UP_TO_16 = [1, 2, 4, 8, 12, 16] as const;
const UP_TO_32 = [...UP_TO_24, 32] as const;
const UP_TO_48 = [...UP_TO_32, 48] as const;
const SKIPPING_32 = [...UP_TO_24, 48] as const;
const C5 = [1, 2, 4, 9, 12, 18, 24] as const;

function x86(gibPerVcpu: number, multiples: readonly number[]): Family {
  return { architecture: "x86_64", gibPerVcpu, multiples };
}

function arm(gibPerVcpu: number, multiples: readonly number[]): Family {
  return { architecture: "arm64", gibPerVcpu, multiples, medium: true };
}

/** Families whose sizes all have the same memory a virtual CPU. */
const FAMILIES: Readonly<Record<string, Family>> = {
  c5: x86(2, C5),
  c5a: x86(2, UP_TO_24),
  c6a: x86(2, UP_TO_48),
  c6i: x86(2, UP_TO_32),
  c7a: { ...x86(2, UP_TO_48), medium: true },
  c7i: x86(2, SKIPPING_32),
  "c7i-flex": x86(2, UP_TO_16),
  c6g: arm(2, UP_TO_16),
  c7g: arm(2, UP_TO_16),
  c8g: arm(2, SKIPPING_32),
  m5: x86(4, UP_TO_24),
  m5a: x86(4, UP_TO_24),
  m6a: x86(4, UP_TO_48),
  m6i: x86(4, UP_TO_32),
  m7a: { ...x86(4, UP_TO_48), medium: true },
  m7i: x86(4, SKIPPING_32),
  "m7i-flex": x86(4, UP_TO_16),
  m6g: arm(4, UP_TO_16),
  m7g: arm(4, UP_TO_16),
  m8g: arm(4, SKIPPING_32),
  r5: x86(8, UP_TO_24),
  r5a: x86(8, UP_TO_24),
  r6a: x86(8, UP_TO_48),
  r6i: x86(8, UP_TO_32),
  r7a: { ...x86(8, UP_TO_48), medium: true },
  r7i: x86(8, SKIPPING_32),
  r6g: arm(8, UP_TO_16),
  r7g: arm(8, UP_TO_16),
  r8g: arm(8, SKIPPING_32),
};

type Row = readonly [size: string, vcpus: number, memoryGib: number, gpus?: number];

const BURSTABLE: readonly Row[] = [
  ["nano", 2, 0.5],
  ["micro", 2, 1],
  ["small", 2, 2],
  ["medium", 2, 4],
  ["large", 2, 8],
  ["xlarge", 4, 16],
  ["2xlarge", 8, 32],
];

const ONE_GPU: readonly Row[] = [
  ["xlarge", 4, 16, 1],
  ["2xlarge", 8, 32, 1],
  ["4xlarge", 16, 64, 1],
  ["8xlarge", 32, 128, 1],
  ["16xlarge", 64, 256, 1],
  ["12xlarge", 48, 192, 4],
];
const MANY_GPUS: readonly Row[] = [...ONE_GPU, ["24xlarge", 96, 384, 4], ["48xlarge", 192, 768, 8]];

/** Families that follow no rule. */
const ROWS: Readonly<
  Record<string, { architecture: InstanceType["architecture"]; rows: readonly Row[] }>
> = {
  t2: {
    architecture: "x86_64",
    rows: [
      ["nano", 1, 0.5],
      ["micro", 1, 1],
      ["small", 1, 2],
      ["medium", 2, 4],
      ["large", 2, 8],
      ["xlarge", 4, 16],
      ["2xlarge", 8, 32],
    ],
  },
  t3: { architecture: "x86_64", rows: BURSTABLE },
  t3a: { architecture: "x86_64", rows: BURSTABLE },
  t4g: { architecture: "arm64", rows: BURSTABLE },
  g4dn: { architecture: "x86_64", rows: [...ONE_GPU, ["metal", 96, 384, 8]] },
  g5: { architecture: "x86_64", rows: MANY_GPUS },
  g6: { architecture: "x86_64", rows: MANY_GPUS },
  g6e: {
    architecture: "x86_64",
    rows: MANY_GPUS.map(([size, vcpus, gib, gpus = 0]) => [size, vcpus, gib * 2, gpus] as const),
  },
  p4d: { architecture: "x86_64", rows: [["24xlarge", 96, 1152, 8]] },
  p5: {
    architecture: "x86_64",
    rows: [
      ["4xlarge", 16, 256, 1],
      ["48xlarge", 192, 2048, 8],
    ],
  },
};

/** The type of this name, or undefined when it isn't one of those listed here. */
export function instanceType(name: string): InstanceType | undefined {
  return typesOfFamily(name.split(".")[0] ?? "").find((type) => type.name === name);
}

/** All types of a family that are listed, the smallest first: `t3`, `m7i-flex`. */
export function typesOfFamily(family: string): readonly InstanceType[] {
  const irregular = Object.hasOwn(ROWS, family) ? ROWS[family] : undefined;
  if (irregular) {
    return irregular.rows.map(([size, vcpus, gib, gpus = 0]) => ({
      name: `${family}.${size}`,
      vcpus,
      memoryMib: gib * 1024,
      gpus,
      architecture: irregular.architecture,
    }));
  }
  const regular = Object.hasOwn(FAMILIES, family) ? FAMILIES[family] : undefined;
  if (!regular) return [];
  const sizes: (readonly [string, number])[] = [
    ...(regular.medium ? ([["medium", 1]] as const) : []),
    ["large", 2],
    ...regular.multiples.map(
      (times) => [times === 1 ? "xlarge" : `${times}xlarge`, 4 * times] as const,
    ),
  ];
  return sizes.map(([size, vcpus]) => ({
    name: `${family}.${size}`,
    vcpus,
    memoryMib: vcpus * regular.gibPerVcpu * 1024,
    gpus: 0,
    architecture: regular.architecture,
  }));
}

/** Every type that is listed. */
export function allInstanceTypes(): readonly InstanceType[] {
  return [...Object.keys(ROWS), ...Object.keys(FAMILIES)].flatMap(typesOfFamily);
}

/**
 * Memory in MiB that tasks can count on: what the kernel and the ECS agent keep is left out, with
 * room for a new machine image to keep some more
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/memory-management.html).
 */
export function usableMemoryMib(type: InstanceType): number {
  return Math.floor(0.93 * type.memoryMib - 256);
}
