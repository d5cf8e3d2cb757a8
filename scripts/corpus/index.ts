/** `corpus index`: the index of WebDataset shards. */
import { counted } from "#lib/language/counted.ts";
import { dirname, join } from "node:path";
import { indexShards } from "#lib/corpus/shards/index_shards.ts";
import { SHARD_INDEX_NAME, writeShardIndex } from "#lib/corpus/shards/shard_index_file.ts";
import { type CommandLine, EXIT } from "../cli/command_line.ts";
import { printReport } from "../cli/print_report.ts";
import { say } from "../cli/say.ts";
import { checkOut } from "./check_out.ts";
import { sampleRuleOf, shardArguments } from "./shard_arguments.ts";

/** Does it. */
export async function run(line: CommandLine): Promise<number> {
  const { values, positionals } = line;
  const files = shardArguments(positionals);
  const file = values.get("out") ?? join(dirname(files[0]), SHARD_INDEX_NAME);
  checkOut({ ...line, values: new Map([...values, ["out", file]]), positionals: files }, "json");
  const warn = (text: string) => say("warning", text);
  const index = await indexShards(files, { rule: sampleRuleOf(values), root: dirname(file), warn });
  await writeShardIndex(index, { file });
  const [shards, samples] = [index.shards.length, index.samples.length];
  await printReport(values.get("json"), {
    json: () => JSON.stringify({ file, shards, samples }),
    text: () => `${file}: ${counted(samples, "sample")} in ${counted(shards, "shard")}`,
  });
  return EXIT.fine;
}
