/** What the parts of `dialab corpus` that read shards are given. */
import { existsSync } from "node:fs";
import { expandShards } from "#lib/corpus/shards/expand_shards.ts";
import type { SampleRule } from "#lib/corpus/shards/sample_rule.ts";
import { choice, type CommandLine, UsageError } from "../cli/command_line.ts";

/** How names of members become keys and suffixes. */
export function sampleRuleOf(values: CommandLine["values"]): SampleRule {
  const list = values.get("suffixes");
  const rules = ["auto", "webdataset"] as const;
  if (list === undefined) return choice<typeof rules[number]>(values, "rule", rules, "auto");
  if (values.has("rule")) {
    throw new UsageError("--suffixes and --rule are two ways to split names; give one.");
  }
  const suffixes = list.split(",").map((suffix) => suffix.trim().replace(/^\./, "").toLowerCase());
  if (suffixes.includes("")) throw new UsageError(`--suffixes is a list such as wav,json; it was ${list}.`);
  return { suffixes };
}

/** The shards that were named, at least one: a file of that name, else what a pattern such as `s-{000..012}.tar` stands for. */
export function shardArguments(positionals: readonly string[]): readonly string[] {
  if (positionals.length === 0) throw new UsageError("Name at least one shard.");
  return positionals.flatMap((name) => existsSync(name) ? [name] : expandShards(name));
}
