import type { Part } from "./parts.ts";

export interface Registry {
  /** Host and port of an OCI registry that takes pushes without a login: `127.0.0.1:5000`. */
  readonly address: string;
}

/** The registry that `ESTEIRA_TEST_REGISTRY` names, asked once so that it is known to answer. */
export async function testRegistry(): Promise<Part<Registry>> {
  const address = process.env["ESTEIRA_TEST_REGISTRY"];
  if (address === undefined || address === "") {
    return { missing: "a registry: ESTEIRA_TEST_REGISTRY is not set; `make rig` starts one" };
  }
  const answered = await fetch(`http://${address}/v2/`, {
    signal: AbortSignal.timeout(10_000),
  }).then(
    (response) => response.ok,
    () => false,
  );
  return answered ? { address } : { missing: `a registry: no answer at ${address}` };
}
