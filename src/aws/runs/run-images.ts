import { err, ok } from "../../core/result.ts";
import type { RunImages } from "../../platform/roles/run-images.ts";
import type { ImagePort } from "../images/image-port.ts";
import type { FindStart } from "./platform-runs.ts";

/** The images that runs on AWS had. */
export function awsRunImages(startedFrom: FindStart, images: Pick<ImagePort, "pull">): RunImages {
  return {
    async fetch(run, progress) {
      const found = await startedFrom(run);
      if (!found.ok) return found;
      const { exact, document } = found.value;
      const image = document.decided["image"];
      if (!exact || image === undefined) {
        return err({
          reason: "not-found",
          message: `what the run ${run} was started from isn't kept any more, so that nobody knows its image`,
          help: "Without --deployed, your working copy runs on what it left.",
          resource: `run ${run}`,
        });
      }
      const pulled = await images.pull(image, progress);
      return pulled.ok ? ok(image) : pulled;
    },
  };
}
