import {
  allInstanceTypes,
  instanceType,
  typesOfFamily,
  usableMemoryMib,
  type InstanceType,
} from "../instance-types.ts";
import type { Resources } from "../model.ts";
import type { Path, Problem } from "../problem.ts";
import { nearest } from "../suggest.ts";
import type { EnvironmentContext, ProjectContext } from "./rule.ts";
import { stepPath } from "./steps.ts";

const COMPUTE: Path = ["infra", "compute"];

/** AWS must know what to start; other platforms needn't. */
export function instanceTypeIsGiven({ project, environment }: EnvironmentContext): Problem[] {
  if (environment.platform !== "aws" || project.compute.instanceTypes.length > 0) return [];
  return [
    {
      code: "config/missing-instance-type",
      path: [...COMPUTE, "ec2_type"],
      message: "ec2_type is missing; AWS needs it",
      help: "add it under infra.compute, as in ec2_type: t3.xlarge",
    },
  ];
}

/** A type that isn't in the table may exist all the same; a type that can't be one can't. */
export function instanceTypesAreKnown(context: ProjectContext): Problem[] {
  return writtenTypes(context).flatMap(({ name, path }): Problem[] => {
    if (instanceType(name)) return [];
    const near = nearest(
      name,
      allInstanceTypes().map((type) => type.name),
      2,
    );
    const suggestion = near === undefined ? "" : `; did you mean "${near}"?`;
    if (!/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/.test(name)) {
      return [
        {
          code: "config/bad-format",
          path,
          message: `${JSON.stringify(name)} can't be an EC2 instance type`,
          help: `write a type such as t3.xlarge${suggestion}`,
        },
      ];
    }
    return [
      {
        code: "config/unknown-instance-type",
        severity: "warning",
        path,
        message: `${name} is not among the instance types known here, so whether the steps fit isn't checked`,
        help: `check its name and its size${suggestion}`,
      },
    ];
  });
}

/** One image runs on all types, so they share an architecture. */
export function instanceTypesShareArchitecture(context: ProjectContext): Problem[] {
  const known = writtenTypes(context).flatMap(({ name, path }) => {
    const type = instanceType(name);
    return type ? [{ type, path }] : [];
  });
  const [first] = known;
  const other = known.find(({ type }) => type.architecture !== first?.type.architecture);
  if (!first || !other) return [];
  return [
    {
      code: "config/mixed-architectures",
      path: other.path,
      message: `${other.type.name} is ${other.type.architecture}, but ${first.type.name} is ${first.type.architecture}`,
      help: "one image runs on all of them: choose types of one architecture",
      related: [{ path: first.path, message: `the ${first.type.architecture} type is here` }],
    },
  ];
}

/**
 * Burstable types get `standard` credits on spot. EC2 starts no other type from a template that
 * says so, and the types of a group share one, so that beside others they run `unlimited`, which is
 * AWS's default.
 */
export function burstableTypesAreAmongThemselves(context: ProjectContext): Problem[] {
  if (!context.project.compute.spot) return [];
  const written = writtenTypes(context);
  const burstable = written.find(({ name }) => isBurstable(name));
  const other = written.find(({ name }) => !isBurstable(name));
  if (burstable === undefined || other === undefined) return [];
  return [
    {
      code: "config/mixed-burstable",
      severity: "warning",
      path: burstable.path,
      message: `beside ${other.name}, ${burstable.name} runs with unlimited CPU credits, which are billed on a spot instance from its start`,
      help: "choose burstable types only, or none",
      related: [{ path: other.path, message: "the other type is here" }],
    },
  ];
}

function isBurstable(type: string): boolean {
  return /^t\d/.test(type);
}

/** Fewer instances at most than at least can't be. */
export function quantitiesFit({ project, config }: ProjectContext): Problem[] {
  const { minQuantity, maxQuantity } = project.compute;
  if (minQuantity <= maxQuantity) return [];
  return [
    {
      code: "config/quantities",
      path: [...COMPUTE, "min_quantity"],
      message: `min_quantity (${minQuantity}) is more than max_quantity (${maxQuantity})`,
      help: "raise max_quantity or lower min_quantity",
      ...(config.infra?.compute?.max_quantity === undefined
        ? {}
        : {
            related: [{ path: [...COMPUTE, "max_quantity"], message: "max_quantity is set here" }],
          }),
    },
  ];
}

/** Falling back from spot needs spot. */
export function fallbackNeedsSpot({ project }: ProjectContext): Problem[] {
  if (!project.compute.onDemandFallback || project.compute.spot) return [];
  return [
    {
      code: "config/fallback-without-spot",
      severity: "warning",
      path: [...COMPUTE, "on_demand_fallback"],
      message: "on_demand_fallback does nothing without spot: all instances are on-demand already",
      help: "add spot: true, or remove the line",
    },
  ];
}

/**
 * A task that is larger than what the smallest type can register never makes the group grow: it
 * waits and expires. So every step must fit every type.
 */
export function stepsFitInstances(context: ProjectContext): Problem[] {
  const { project } = context;
  const known = writtenTypes(context).flatMap(({ name, path }) => {
    const type = instanceType(name);
    return type ? [{ type, path }] : [];
  });
  return project.steps.flatMap((step, index) =>
    known.flatMap(({ type, path }): Problem[] => {
      const lacks = lacking(step.resources, type);
      if (!lacks) return [];
      const larger = smallestFor(step.resources, type);
      return [
        {
          code: lacks.field === "gpu" ? "config/no-gpu" : "config/step-too-big",
          path: stepPath(index, "resources", lacks.field),
          message: `step "${step.id}" ${lacks.message}`,
          help: `${lacks.help}${larger === undefined ? "" : `, or choose a larger type such as ${larger}`}`,
          related: [{ path, message: `${type.name} is chosen here` }],
        },
      ];
    }),
  );
}

interface Lack {
  readonly field: "cpu" | "memory_gb" | "gpu";
  readonly message: string;
  readonly help: string;
}

function lacking(needs: Resources, type: InstanceType): Lack | undefined {
  if (needs.gpu > type.gpus) {
    const has = type.gpus === 0 ? "no GPU" : `${type.gpus} GPU${type.gpus === 1 ? "" : "s"}`;
    return {
      field: "gpu",
      message: `needs ${needs.gpu} GPU${needs.gpu === 1 ? "" : "s"}, but ${type.name} has ${has}`,
      help: type.gpus === 0 ? "remove gpu" : `ask for at most ${type.gpus}`,
    };
  }
  if (needs.cpu > type.vcpus) {
    return {
      field: "cpu",
      message: `needs ${needs.cpu} CPUs, but ${type.name} has ${type.vcpus}: it would wait for a machine that never comes`,
      help: `ask for at most ${type.vcpus}`,
    };
  }
  const usable = usableMemoryMib(type);
  if (needs.memoryGb * 1024 > usable) {
    return {
      field: "memory_gb",
      message: `needs ${gib(needs.memoryGb * 1024)}, but of the ${gib(type.memoryMib)} of ${type.name} about ${gib(usable)} are left for steps: it would wait for a machine that never comes`,
      help: `ask for at most ${gibNumber(usable)}`,
    };
  }
  return undefined;
}

function smallestFor(needs: Resources, than: InstanceType): string | undefined {
  const family = than.name.split(".")[0] ?? "";
  const fits = (types: readonly InstanceType[]) =>
    types
      .filter((type) => type.architecture === than.architecture && !lacking(needs, type))
      .toSorted((a, b) => a.memoryMib - b.memoryMib || a.vcpus - b.vcpus)[0]?.name;
  const others = allInstanceTypes().filter((type) => needs.gpu > 0 || type.gpus === 0);
  return fits(typesOfFamily(family)) ?? fits(others);
}

function gib(mib: number): string {
  return `${gibNumber(mib)} GB`;
}

/** Rounded down, so that what is advised fits. */
function gibNumber(mib: number): string {
  return String(Math.floor((mib / 1024) * 10) / 10);
}

export function writtenTypes({ config }: ProjectContext): { name: string; path: Path }[] {
  const compute = config.infra?.compute;
  return [
    ...(compute?.ec2_type === undefined
      ? []
      : [{ name: compute.ec2_type, path: [...COMPUTE, "ec2_type"] }]),
    ...(compute?.ec2_types ?? []).map((name, index) => ({
      name,
      path: [...COMPUTE, "ec2_types", index],
    })),
  ];
}
