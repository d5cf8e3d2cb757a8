import { describe, expect, test } from "bun:test";
import { countTests } from "#scripts/test/count_tests.ts";

describe("countTests", () => {
  test("counts Bun's report", () => {
    const report = `<testsuites><testsuite name="a">
      <testcase name="one" classname="a" /><testcase name="two" classname="a"><failure type="x" /></testcase>
      <testcase name="three" classname="a"><skipped /></testcase></testsuite></testsuites>`;
    expect(countTests(report)).toEqual({ passed: 1, failed: 1, skipped: 1 });
  });

  test("counts the members of Deno's groups, not the groups", () => {
    const failed = `<failure message="Uncaught Error">text</failure>`;
    const report = `<testsuites>
      <testcase name="group">${failed}</testcase>
      <testcase name="group &gt; good"></testcase><testcase name="group &gt; bad">${failed}</testcase>
      <testcase name="other"></testcase><testcase name="other &gt; good"></testcase></testsuites>`;
    expect(countTests(report)).toEqual({ passed: 2, failed: 1, skipped: 0 });
  });

  test("a group that failed on its own counts once", () => {
    const report =
      `<testcase name="group"><failure /></testcase><testcase name="group &gt; good"></testcase>`;
    expect(countTests(report)).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });
});
