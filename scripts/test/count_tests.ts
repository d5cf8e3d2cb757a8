/** How tests ended. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Counts the tests of a JUnit report. Deno lists a group beside its members ("group" and "group > member"); groups do not count, except
 * where one failed on its own.
 */
export function countTests(report: string): Counts {
  const cases = [...report.matchAll(/<testcase\b([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)].map((
    [, head, body = ""],
  ) => ({
    name: /\bname="([^"]*)"/.exec(head)?.[1] ?? "",
    failed: /<(failure|error)\b/.test(body),
    skipped: /<skipped\b/.test(body),
  }));
  const groups = new Set(cases.flatMap(({ name }) => {
    const parts = name.split(" &gt; ");
    return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join(" &gt; "));
  }));
  const failedMember = (group: string) =>
    cases.some(({ name, failed }) => failed && name.startsWith(`${group} &gt; `));
  const counted = cases.filter(({ name, failed }) => !groups.has(name) || (failed && !failedMember(name)));
  const failed = counted.filter((test) => test.failed).length;
  const skipped = counted.filter((test) => !test.failed && test.skipped).length;
  return { passed: counted.length - failed - skipped, failed, skipped };
}
