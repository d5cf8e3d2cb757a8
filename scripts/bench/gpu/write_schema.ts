/** Writes docs/gpu.schema.json, the schema of what `bench gpu` writes. Run it when results.ts changes; a test compares. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { projectRoot } from "#lib/places/places.ts";
import { gpuJsonSchema } from "./json_schema.ts";

await writeFile(join(projectRoot(), "docs", "gpu.schema.json"), gpuJsonSchema());
