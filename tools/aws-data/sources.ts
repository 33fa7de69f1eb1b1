import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/**
 * Where AWS's facts come from: packages of registries at versions that are pinned here. Of each
 * only facts are taken (names, sizes, prices), no code.
 */
export const SOURCES = {
  /** Answers of DescribeInstanceTypes. Apache-2.0; `tools/rig/make-moto.sh` installs it. */
  types: { name: "moto", registry: "PyPI", version: "5.2.5" },
  /** Prices of us-east-1, from AWS's pricing API. Apache-2.0. */
  newest: {
    module: "github.com/aws/karpenter-provider-aws",
    version: "v1.15.2",
    sum: "h1:RGw64PB2ROUHZIUhBqjO78l3zJ9YctnWeullrr4cxYI=",
  },
  /** Prices of all regions, as ec2instances.info collects them. MIT. */
  regions: {
    module: "github.com/cristim/ec2-instances-info",
    version: "v0.0.0-20250528091325-32acf84f42eb",
    sum: "h1:exJ9FsMTbotSG5xgDHmFJE84gV3MZ4JRpR8nhbgJz/k=",
    /** When its `data/instances.json` was last collected: the module's history says so. */
    date: "2025-04-24",
  },
} as const;

/** What is used of an entry of DescribeInstanceTypes. */
export interface DescribedType {
  readonly InstanceType: string;
  readonly BareMetal: boolean;
  readonly ProcessorInfo: { readonly SupportedArchitectures: readonly string[] };
  readonly VCpuInfo: { readonly DefaultVCpus: number };
  readonly MemoryInfo: { readonly SizeInMiB: number };
  readonly GpuInfo?: { readonly Gpus: readonly { readonly Count: number }[] };
}

/** @param sitePackages where moto is installed */
export function describedTypes(sitePackages: URL): readonly DescribedType[] {
  const { name, version } = SOURCES.types;
  const metadata = new URL(`${name}-${version}.dist-info/METADATA`, sitePackages);
  if (!readFileSync(metadata, "utf8").includes(`\nVersion: ${version}\n`)) {
    throw new Error(`${metadata.pathname} is not of ${name} ${version}`);
  }
  const packed = readFileSync(new URL("moto/ec2/resources/instance_types.json.gz", sitePackages));
  return Object.values(
    JSON.parse(gunzipSync(packed).toString("utf8")) as Record<string, DescribedType>,
  );
}

/** US dollars an hour by type, on demand, Linux, us-east-1; and the day they were read. */
export function newestPrices(): {
  readonly date: string;
  readonly usd: ReadonlyMap<string, number>;
} {
  const text = fileOf(SOURCES.newest, "pkg/providers/pricing/zz_generated.pricing_aws.go");
  const date = /generated at (\d{4}-\d\d-\d\d)T\S+ for us-east-1/.exec(text)?.[1];
  if (date === undefined) throw new Error("the prices of us-east-1 have no date");
  const rows = text.matchAll(/"([a-z][a-z0-9-]*\.[a-z0-9-]+)": (\d+\.\d+)/g);
  return { date, usd: new Map(Array.from(rows, ([, type = "", usd]) => [type, Number(usd)])) };
}

/** US dollars an hour by region and type, on demand, Linux, shared tenancy. */
export function regionalPrices(
  regions: readonly string[],
): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const entries = JSON.parse(fileOf(SOURCES.regions, "data/instances.json")) as readonly {
    readonly instance_type: string;
    readonly pricing: Readonly<Record<string, { readonly linux?: { readonly ondemand?: string } }>>;
  }[];
  return new Map(
    regions.map((region) => [
      region,
      new Map(
        entries.flatMap(({ instance_type: type, pricing }) => {
          const usd = Number(pricing[region]?.linux?.ondemand);
          return usd > 0 ? [[type, usd] as const] : [];
        }),
      ),
    ]),
  );
}

/** A file of a Go module, which `go` downloads through its proxy and checks. */
function fileOf(
  source: { readonly module: string; readonly version: string; readonly sum: string },
  path: string,
): string {
  const id = `${source.module}@${source.version}`;
  const answer = download(id);
  if (answer.Sum !== source.sum) throw new Error(`${id} has the sum ${answer.Sum}`);
  const options = { encoding: "utf8", maxBuffer: 1024 ** 3 } as const;
  return execFileSync("unzip", ["-p", answer.Zip, `${id}/${path}`], options);
}

function download(id: string): { readonly Sum: string; readonly Zip: string } {
  const args = ["mod", "download", "-modcacherw", "-json", id];
  try {
    const answer = execFileSync("go", args, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return JSON.parse(answer) as ReturnType<typeof download>;
  } catch (error) {
    // A module for a newer Go is downloaded all the same, and only then refused.
    const { stdout } = error as { readonly stdout?: string };
    if (stdout?.includes('"Zip"')) return JSON.parse(stdout) as ReturnType<typeof download>;
    throw error;
  }
}
