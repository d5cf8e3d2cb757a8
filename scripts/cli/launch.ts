import process from "node:process";
import { fileURLToPath } from "node:url";

/** The command line that runs a module in a process of its own, in the runtime that this one is in. */
export function launch(module: URL): string[] {
  const { bun, deno }: Partial<Record<string, string>> = process.versions;
  const how = deno !== undefined ? ["run", "-A", "--no-check"] : bun !== undefined ? ["run"] : [];
  return [process.execPath, ...how, fileURLToPath(module)];
}
