/** `corpus verify`: whether shards are sound. */
import { counted } from "#lib/language/counted.ts";
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ShardError } from "#lib/corpus/shards/shard_error.ts";
import type { ShardIndex } from "#lib/corpus/shards/shard_index.ts";
import { readShardIndex, SHARD_INDEX_NAME } from "#lib/corpus/shards/shard_index_file.ts";
import { type VerifiedShard, verifyShards } from "#lib/corpus/shards/verify_shards.ts";
import { type CommandLine, EXIT } from "../cli/command_line.ts";
import { printReport } from "../cli/print_report.ts";
import { say } from "../cli/say.ts";
import { sampleRuleOf, shardArguments } from "./shard_arguments.ts";

/** Does it. */
export async function run({ values, positionals }: CommandLine): Promise<number> {
  const files = shardArguments(positionals);
  const path = values.get("index");
  const named = path === undefined ? undefined : await readShardIndex(path, { check: "none" });
  const indexes = new Map<string, ShardIndex | undefined>();
  const shards: VerifiedShard[] = [];
  for (const file of files) {
    const verified = await verifyShards([file], {
      index: named ?? await indexBeside(file, indexes),
      rule: sampleRuleOf(values),
      decode: !values.has("no-decode"),
      onShard: ({ file, faults, notes }) => {
        for (const note of notes) say("note", `${file}: ${note}`);
        for (const fault of faults) say("error", `${file}: ${fault}`);
      },
    });
    shards.push(...verified.shards);
  }
  const found = { sound: shards.every(({ faults }) => faults.length === 0), shards };
  await printReport(values.get("json"), {
    json: () => JSON.stringify(found, undefined, 2),
    text: () =>
      found.shards.map(({ file, samples, faults }) =>
        `${file}: ${counted(samples, "sample")}, ${
          faults.length === 0 ? "sound" : counted(faults.length, "fault")
        }`
      ).join("\n"),
  });
  return found.sound ? EXIT.fine : EXIT.failed;
}

/** The index that lies beside a shard and tells of it; each is read once. */
async function indexBeside(
  file: string,
  indexes: Map<string, ShardIndex | undefined>,
): Promise<ShardIndex | undefined> {
  const set = /^(.*)-\d+\.tar$/.exec(basename(file))?.[1];
  const names = set === undefined ? [SHARD_INDEX_NAME] : [`${set}.index.json`, SHARD_INDEX_NAME];
  for (const path of names.map((name) => join(dirname(file), name))) {
    if (!indexes.has(path)) indexes.set(path, existsSync(path) ? await readIndex(path) : undefined);
    const index = indexes.get(path);
    if (index?.shards.some((shard) => shard.file === basename(file))) return index;
  }
  return undefined;
}

/** An index that nobody asked for does not stop the rest. */
async function readIndex(path: string): Promise<ShardIndex | undefined> {
  try {
    return await readShardIndex(path, { check: "none" });
  } catch (error) {
    if (!(error instanceof ShardError)) throw error;
    say("warning", error.message);
    return undefined;
  }
}
