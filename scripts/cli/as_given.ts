import process from "node:process";

/** The command as it was given, for pages that say how they were made. */
export function commandAsGiven(script: string): string {
  const runner = "Deno" in globalThis ? "deno run -A" : "bun run";
  const words = process.argv.slice(2).map((word) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
  );
  return [runner, `scripts/${script}.ts`, ...words].join(" ");
}
