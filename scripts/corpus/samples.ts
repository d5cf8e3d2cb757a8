/** `corpus samples`: the samples of WebDataset shards, a line each. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import process from "node:process";
import { readSamples } from "#lib/corpus/shards/read_samples.ts";
import { splitOf } from "#lib/corpus/shards/split_of.ts";
import { type CommandLine, EXIT, UsageError } from "../cli/command_line.ts";
import { writeJson } from "../cli/print_report.ts";
import { say } from "../cli/say.ts";
import { sampleRuleOf, shardArguments } from "./shard_arguments.ts";

/** Does it. What stands before damage is printed before the error. */
export async function run({ values, positionals }: CommandLine): Promise<number> {
  const rule = sampleRuleOf(values);
  const [rank, world] = partOf(values, "rank");
  const [worker, workers] = partOf(values, "worker");
  const files = splitOf(shardArguments(positionals), { rank, world, worker, workers });
  const destination = values.get("json");
  const isFile = destination !== undefined && destination !== "-";
  const lines: string[] = [];
  try {
    for (const file of files) {
      for await (
        const { key, shard, members } of readSamples(file, {
          rule,
          warn: (text) => say("warning", text),
        })
      ) {
        const described = [...members].map(([suffix, content]) =>
          [suffix, {
            bytes: content.length,
            sha256: createHash("sha256").update(content).digest("hex"),
          }] as const
        );
        const json = JSON.stringify({ key, shard, members: Object.fromEntries(described) });
        if (isFile) lines.push(json);
        if (destination === "-") await print(json);
        else {await print(`${key}\t${
            described.map(([suffix, { bytes }]) => `${suffix} ${bytes}`).join(", ")
          }`);}
      }
    }
  } finally {
    if (isFile) await writeJson(destination, lines.join("\n"));
  }
  return EXIT.fine;
}

async function print(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, "drain");
}

/** R/W as two numbers. */
function partOf(values: CommandLine["values"], name: string): [number, number] {
  const given = values.get(name) ?? "0/1";
  const [, part, count] = /^(\d{1,6})\/(\d{1,6})$/.exec(given) ?? [];
  if (part === undefined || Number(part) >= Number(count)) {
    throw new UsageError(
      `--${name} is two whole numbers, the first from 0 and below the second, as 0/2; it was ${given}.`,
    );
  }
  return [Number(part), Number(count)];
}
