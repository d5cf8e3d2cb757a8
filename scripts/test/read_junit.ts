/** A test of a JUnit report. */
export interface JUnitCase {
  /** With the groups that it is in, outermost first: "group > test". */
  readonly name: string;
  /** The test's file where the report has it. Deno's has that of the harness. */
  readonly file: string | undefined;
  readonly failed: boolean;
  readonly skipped: boolean;
}

/**
 * The tests of a JUnit report of Bun or of Deno. Deno lists a group beside its members ("group" and "group > member"); groups are left
 * out, except where one failed on its own.
 */
export function readJUnit(report: string): JUnitCase[] {
  const cases = [...report.matchAll(/<testcase\b([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)].map((
    [, head, body = ""],
  ) => {
    const attribute = (key: string) => text(new RegExp(`\\b${key}="([^"]*)"`).exec(head)?.[1] ?? "");
    // Bun tells the groups apart, innermost first.
    const groups = attribute("file") === "" ? [] : attribute("classname").split(" > ").reverse();
    return {
      name: [...groups, attribute("name")].filter(Boolean).join(" > "),
      file: attribute("file") || undefined,
      failed: /<(failure|error)\b/.test(body),
      skipped: /<skipped\b/.test(body),
    };
  });
  const inDeno = cases.filter(({ file }) => file === undefined);
  const groups = new Set(inDeno.flatMap(({ name }) => {
    const parts = name.split(" > ");
    return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join(" > "));
  }));
  const failedMember = (group: string) =>
    inDeno.some(({ name, failed }) => failed && name.startsWith(`${group} > `));
  return cases.filter(({ name, file, failed }) =>
    file !== undefined || !groups.has(name) || (failed && !failedMember(name))
  );
}

/** The text that an attribute stands for. */
function text(escaped: string): string {
  const named: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return escaped.replace(
    /&(?:#(\d+)|#x([\da-fA-F]+)|(\w+));/g,
    (whole, decimal, hexadecimal, name) =>
      decimal
        ? String.fromCodePoint(Number(decimal))
        : hexadecimal
        ? String.fromCodePoint(parseInt(hexadecimal, 16))
        : named[name] ?? whole,
  );
}
