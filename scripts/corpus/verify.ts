/** `corpus verify`: whether shards are sound. */
import { counted } from "#lib/language/counted.ts";
import { readShardIndex } from "#lib/corpus/shards/shard_index_file.ts";
import { verifyShards } from "#lib/corpus/shards/verify_shards.ts";
import { type CommandLine, EXIT } from "../cli/command_line.ts";
import { printReport } from "../cli/print_report.ts";
import { say } from "../cli/say.ts";
import { sampleRuleOf, shardArguments } from "./shard_arguments.ts";

/** Does it. */
export async function run({ values, positionals }: CommandLine): Promise<number> {
  const files = shardArguments(positionals);
  const path = values.get("index");
  const index = path === undefined ? undefined : await readShardIndex(path, { check: "none" });
  const found = await verifyShards(files, {
    index,
    rule: sampleRuleOf(values),
    decode: !values.has("no-decode"),
    onShard: ({ file, faults, notes }) => {
      for (const note of notes) say("note", `${file}: ${note}`);
      for (const fault of faults) say("error", `${file}: ${fault}`);
    },
  });
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
