import { type DecidedModel, decidedModel } from "../../platform/models.ts";
import type { Release } from "../../release/release.ts";
import type { ReleaseDocument } from "../bucket/releases.ts";

/** The release that was deployed last, with what its deploy decided. */
export interface Previous {
  readonly release: Release;
  readonly fingerprint: string;
  readonly authored: string | undefined;
  readonly image: string | undefined;
  readonly ami: string | undefined;
  readonly model: DecidedModel;
}

/** What a release's document says about its deploy. */
export function previousOf(document: ReleaseDocument | undefined): Previous | undefined {
  if (document === undefined) return undefined;
  const { release, fingerprint, authored, decided } = document;
  return {
    release,
    fingerprint,
    authored,
    image: decided["image"],
    ami: decided["ami"],
    model: decidedModel(undefined, decided),
  };
}
