/** A family of instance types that share a quota, in vCPUs of running instances. */
export interface VcpuFamily {
  /** As the Service Quotas console names it. */
  readonly name: string;
  /** Codes of the quotas; `spot` is absent where no spot quota exists. */
  readonly onDemand: string;
  readonly spot?: string;
  /** What a new account has where AWS names no applied value. */
  readonly standard: number;
}

/**
 * By what a type's name begins with, the longer ones first. Codes and values:
 * https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html and
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-spot-limits.html
 */
const families: readonly (readonly [prefix: RegExp, family: VcpuFamily])[] = [
  [/^u-/, { name: "High Memory", onDemand: "L-43DA4232", standard: 0 }],
  [/^hpc/, { name: "HPC", onDemand: "L-F7808C92", standard: 0 }],
  [/^inf/, { name: "Inf", onDemand: "L-1945791B", spot: "L-B5D1601B", standard: 0 }],
  [/^trn/, { name: "Trn", onDemand: "L-2C3B7624", spot: "L-6B0D517C", standard: 0 }],
  [/^dl/, { name: "DL", onDemand: "L-6E869C2A", spot: "L-85EED4F7", standard: 0 }],
  [/^(?:g|gr|vt)\d/, { name: "G and VT", onDemand: "L-DB2E81BA", spot: "L-3819A6DF", standard: 0 }],
  [/^p\d/, { name: "P", onDemand: "L-417A185B", spot: "L-7212CCBC", standard: 0 }],
  [/^f\d/, { name: "F", onDemand: "L-74FC7D96", spot: "L-88CF9481", standard: 0 }],
  [/^x/, { name: "X", onDemand: "L-7295265B", spot: "L-E3A00192", standard: 0 }],
  [
    /^[acdhimrtz]/,
    {
      name: "Standard (A, C, D, H, I, M, R, T, Z)",
      onDemand: "L-1216C47A",
      spot: "L-34B43A08",
      standard: 5,
    },
  ],
];

/** The family of an instance type; undefined for one that no quota of vCPUs is known for. */
export function vcpuFamily(type: string): VcpuFamily | undefined {
  if (type.startsWith("mac")) return undefined; // on dedicated hosts only
  return families.find(([prefix]) => prefix.test(type))?.[1];
}

/** What a project's instances may come to. */
export interface Capacity {
  readonly instanceTypes: readonly string[];
  readonly maxQuantity: number;
  readonly spot: boolean;
  readonly onDemandFallback: boolean;
}

/** vCPUs that projects can ask for out of one quota. */
export interface VcpuDemand {
  readonly family: VcpuFamily;
  readonly purchase: "spot" | "on-demand";
  readonly code: string;
  /** Of all projects at once, each at its `max_quantity`. */
  readonly sum: number;
  /** Of the smallest instance with which every project could start at all. */
  readonly one: number;
}

/**
 * What projects can ask for at once, quota by quota. A project of several types counts with its
 * largest of each family, since any of them may be what AWS has.
 *
 * @param vcpusOf of a type; undefined where it isn't offered
 */
export function vcpuDemands(
  capacities: readonly Capacity[],
  vcpusOf: (type: string) => number | undefined,
): readonly VcpuDemand[] {
  const demands = new Map<string, VcpuDemand>();
  const add = (
    family: VcpuFamily,
    purchase: VcpuDemand["purchase"],
    vcpus: { readonly sum: number; readonly one: number },
  ): void => {
    const code = purchase === "spot" ? family.spot : family.onDemand;
    if (code === undefined) return;
    const { sum = 0, one = 0 } = demands.get(code) ?? {};
    demands.set(code, {
      family,
      purchase,
      code,
      sum: sum + vcpus.sum,
      one: Math.max(one, vcpus.one),
    });
  };
  for (const { instanceTypes, maxQuantity, spot, onDemandFallback } of capacities) {
    const byFamily = Map.groupBy(instanceTypes, vcpuFamily);
    for (const [family, types] of byFamily) {
      const sizes = types.flatMap((type) => vcpusOf(type) ?? []);
      if (family === undefined || sizes.length === 0) continue;
      const one = Math.min(...sizes);
      const largest = Math.max(...sizes);
      if (spot) add(family, "spot", { sum: maxQuantity * largest, one });
      const onDemand = spot ? (onDemandFallback ? Math.ceil(maxQuantity / 2) : 0) : maxQuantity;
      if (onDemand > 0) add(family, "on-demand", { sum: onDemand * largest, one });
    }
  }
  return [...demands.values()].toSorted((a, b) => (a.code < b.code ? -1 : 1));
}
