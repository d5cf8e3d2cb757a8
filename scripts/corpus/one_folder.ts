import { UsageError } from "../cli/command_line.ts";

/** The folder that a subcommand takes, or a usage error. */
export function oneFolder(positionals: readonly string[], name: string): string {
  const [folder, ...more] = positionals;
  if (folder !== undefined && more.length === 0) return folder;
  throw new UsageError(`${name} takes one folder; given were ${positionals.length}.`);
}
