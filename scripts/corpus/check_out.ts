import { checkOutputs, type OutputKind } from "../cli/check_outputs.ts";
import type { CommandLine } from "../cli/command_line.ts";

/** Looks whether the FILE of `--out`, and that of `--json` beside it, can be written, and take the place of nothing of another kind. */
export function checkOut({ values, positionals }: CommandLine, kind: OutputKind): void {
  const out = values.get("out"), json = values.get("json");
  if (out === undefined) return;
  const both = [{ option: "--out", path: out, kind } as const];
  const inputs = [...positionals, values.get("filter"), values.get("vad")].filter((path) =>
    path !== undefined
  );
  checkOutputs(
    json === undefined || json === "-" ? both : [...both, { option: "--json", path: json, kind: "json" }],
    inputs,
  );
}
