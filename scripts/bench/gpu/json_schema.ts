import { z } from "zod";
import { gpuResultsSchema } from "./results.ts";

/** The schema of what `bench gpu` writes as a JSON Schema of 2020-12, as docs/gpu.schema.json has it. */
export function gpuJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(gpuResultsSchema), null, 2)}\n`;
}
