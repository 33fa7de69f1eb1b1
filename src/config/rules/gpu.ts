import { instanceType } from "../instance-types.ts";
import type { Problem } from "../problem.ts";
import { writtenTypes } from "./compute.ts";
import type { ProjectContext } from "./rule.ts";
import { stepPath } from "./steps.ts";

/**
 * Instances of a project start from one machine image, and AWS has one with NVIDIA's driver for
 * x86_64, apart from the others:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-gpu.html
 */
export function gpuTypesShareAnImage(context: ProjectContext): Problem[] {
  const written = writtenTypes(context);
  const arm = written.find(({ name }) => ARM_WITH_GPU.test(name));
  if (arm !== undefined) {
    return [
      {
        code: "config/gpu-arm",
        path: arm.path,
        message: `${arm.name} is arm64, and AWS's machine image with the GPU's driver is for x86_64`,
        help: "choose a type such as g4dn.xlarge or g5.xlarge",
      },
    ];
  }
  const known = written.flatMap(({ name, path }) => {
    const type = instanceType(name);
    return type === undefined ? [] : [{ type, path }];
  });
  const withGpu = known.find(({ type }) => type.gpus > 0);
  const without = known.find(({ type }) => type.gpus === 0);
  if (withGpu === undefined || without === undefined) return [];
  return [
    {
      code: "config/gpu-mixed",
      path: without.path,
      message: `${without.type.name} has no GPU, but ${withGpu.type.name} has: they start from different machine images`,
      help: "choose types that all have GPUs, or none",
      related: [{ path: withGpu.path, message: "the type with GPUs is here" }],
    },
  ];
}

/** The one family of Graviton with GPUs: https://aws.amazon.com/ec2/instance-types/g5g/ */
const ARM_WITH_GPU = /^g5g\./;

/** A container sees the GPUs that its task asks for, and no others. */
export function gpusAreAskedFor(context: ProjectContext): Problem[] {
  const { steps } = context.project;
  if (steps.length === 0 || steps.some(({ resources }) => resources.gpu > 0)) return [];
  const written = writtenTypes(context);
  const [withGpu] = written;
  const all = written.every(({ name }) => (instanceType(name)?.gpus ?? 0) > 0);
  if (withGpu === undefined || !all) return [];
  return [
    {
      code: "config/gpu-unused",
      severity: "warning",
      path: withGpu.path,
      message: `${withGpu.name} has GPUs, and no step asks for one: their containers see none`,
      help: "add resources: { gpu: 1 } to the steps that use it, or choose a type without GPUs",
    },
  ];
}

/** Builds of libraries that never use a GPU, as requirements and Dockerfiles write them. */
const CPU_BUILDS = [
  /\btensorflow-cpu\b/i,
  /\bfaiss-cpu\b/i,
  /\btorch(?:vision|audio)?==[^\s;]+\+cpu\b/i,
  /\bdownload\.pytorch\.org\/whl\/cpu\b/i,
  /\bjax\[cpu\]/i,
];

/**
 * A step that asks for a GPU, in an image whose libraries were built without: it pays for nothing.
 */
export function gpuStepsHaveGpuBuilds({ project, files }: ProjectContext): Problem[] {
  const { dockerfile, requirementsFile } = project.runtime;
  const index = project.steps.findIndex(({ resources }) => resources.gpu > 0);
  const step = project.steps[index];
  if (step === undefined) return [];
  for (const file of [requirementsFile, dockerfile]) {
    const text = file === undefined ? undefined : files.read(file);
    const lines = (text ?? "").split("\n").map((line) => line.replace(/(?:^|\s)#[^\n]*/, ""));
    for (const line of lines) {
      const found = CPU_BUILDS.map((build) => build.exec(line)?.[0]).find(Boolean);
      if (found === undefined) continue;
      return [
        {
          code: "config/gpu-cpu-build",
          severity: "warning",
          path: stepPath(index, "resources", "gpu"),
          message: `step "${step.id}" asks for a GPU, and ${file} has ${found}, a build that uses none`,
          help: "install the build for CUDA, or remove gpu",
        },
      ];
    }
  }
  return [];
}
