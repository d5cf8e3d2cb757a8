import type { Ceilings } from "../roofline/ceilings.ts";
import type { Work } from "./kernel_case.ts";
import type { RooflineFigures } from "./measurement.ts";

/** How near some work in some time is to the ceilings: the larger of its two shares. */
export function rooflineOf(work: Work, seconds: number, ceilings: Ceilings): RooflineFigures {
  const bytesPerSecond = work.bytes / seconds;
  const operationsPerSecond = work.operations / seconds;
  const ofBytes = bytesPerSecond / ceilings.bytesPerSecond;
  const ofOperations = operationsPerSecond / ceilings.operationsPerSecond;
  return {
    ...work,
    bytesPerSecond,
    operationsPerSecond,
    share: Math.max(ofBytes, ofOperations),
    nearer: ofBytes >= ofOperations ? "bytes" : "operations",
  };
}
