/** What the real reader gives of the shared shards. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readSamples, type ReadSamplesOptions } from "#lib/corpus/shards/read_samples.ts";
import { fixture } from "../../harness/shared_data.ts";

/** A sample by its key and its members' sizes and hashes. */
export interface DescribedSample {
  readonly key: string;
  readonly url: string;
  readonly members: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

/** The folder of the shared shards, or undefined. */
export const shardsFolder = fixture("corpus/shards");

// deno-lint-ignore no-explicit-any
export function expectedShards(): any {
  return JSON.parse(readFileSync(join(shardsFolder!, "expected.json"), "utf8"));
}

/** What is read of shards, described, and the error that ended it. */
export async function describedSamples(
  names: readonly string[],
  options: ReadSamplesOptions & { readonly folder: string },
): Promise<{ samples: DescribedSample[]; error: unknown }> {
  const samples: DescribedSample[] = [];
  let error: unknown;
  try {
    for (const name of names) {
      for await (const { key, members } of readSamples(join(options.folder, name), options)) {
        const described = [...members].map(([suffix, bytes]) =>
          [suffix, { bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") }] as const
        );
        samples.push({ key, url: name, members: Object.fromEntries(described) });
      }
    }
  } catch (thrown) {
    error = thrown;
  }
  return { samples, error };
}
