import { describe, expect, test } from "bun:test";
import { countTests } from "#scripts/test/count_tests.ts";
import { readJUnit } from "#scripts/test/read_junit.ts";

/** What failed in a report, and how many tests did what. */
const sums = (report: string) => countTests(readJUnit(report));
const failedIn = (report: string) => readJUnit(report).filter(({ failed }) => failed).map(({ name }) => name);

describe("a JUnit report", () => {
  test("counts Bun's report", () => {
    const report = `<testsuites><testsuite name="a">
      <testcase name="one" classname="a" /><testcase name="two" classname="a"><failure type="x" /></testcase>
      <testcase name="three" classname="a"><skipped /></testcase></testsuite></testsuites>`;
    expect(sums(report)).toEqual({ passed: 1, failed: 1, skipped: 1 });
  });

  test("counts the members of Deno's groups, not the groups", () => {
    const failed = `<failure message="Uncaught Error">text</failure>`;
    const report = `<testsuites>
      <testcase name="group">${failed}</testcase>
      <testcase name="group &gt; good"></testcase><testcase name="group &gt; bad">${failed}</testcase>
      <testcase name="other"></testcase><testcase name="other &gt; good"></testcase></testsuites>`;
    expect(sums(report)).toEqual({ passed: 2, failed: 1, skipped: 0 });
    expect(failedIn(report)).toEqual(["group > bad"]);
  });

  test("a group that failed on its own counts once", () => {
    const report =
      `<testcase name="group"><failure /></testcase><testcase name="group &gt; good"></testcase>`;
    expect(sums(report)).toEqual({ passed: 1, failed: 1, skipped: 0 });
    expect(failedIn(report)).toEqual(["group"]);
  });

  test("Bun's groups stand before the test's name, outermost first, and no name makes a group of another", () => {
    const failure = `<failure type="x" message="&lt;testcase name=&quot;no&quot;" />`;
    const report = `<testsuites>
      <testcase name="is &quot;x&quot; &lt; é&#10;" classname="in &gt; out" file="a.test.ts">${failure}</testcase>
      <testcase name="one" classname="" file="a.test.ts">${failure}</testcase>
      <testcase name="two" classname="one" file="a.test.ts">${failure}</testcase></testsuites>`;
    expect(failedIn(report)).toEqual(['out > in > is "x" < é\n', "one", "one > two"]);
    expect(readJUnit(report).map(({ file }) => file)).toEqual(["a.test.ts", "a.test.ts", "a.test.ts"]);
  });
});
