/** Pages of `--help`, as the package and narrow terminals show them. */
import { describe, expect, test } from "bun:test";
import { manualPage } from "#scripts/cli/manual_page.ts";
import { SUBCOMMANDS } from "#scripts/cli/subcommands.ts";

const pages = await Promise.all(
  SUBCOMMANDS.map(async ({ name, load }) => [name, (await load()).command.help] as const),
);
const words = (text: string) => text.split(/\s+/).filter((word) => word !== "" && word !== "\\");

describe.each(pages)("The page of %s", (_, help) => {
  test("is the same where it has room, and loses no word where it has not", () => {
    expect(manualPage(help, undefined, { packed: false })).toBe(help);
    expect(manualPage(help, 90, { packed: false })).toBe(help);
    for (const columns of [40, 60, 79]) {
      expect(words(manualPage(help, columns, { packed: false }))).toEqual(words(help));
    }
  });

  test("names in the package nothing that only a clone has", () => {
    const page = manualPage(help, undefined, { packed: true });
    expect(page).not.toMatch(/^ *(?:bun run scripts|deno run -A scripts|npm run)/m);
    expect(page.split(/^EXAMPLES$/m)[1] ?? "").not.toContain("fixtures/");
    expect(page).not.toContain("\0");
  });
});

test("A paragraph is wrapped anew, an item's text beside its head, and commands stay lines", () => {
  const help = `DESCRIPTION
    Scores the hypothesis HYP against the reference REF and prints one line per
    recording and one for all, in percent.

    DER     diarization error rate
    miss    speaker time that the hypothesis does not have, which the reference
            has

EXAMPLES
    dialab score reference.rttm hypothesis.rttm --collar 0.5 --json report.json
    dialab score a b
`;
  expect(manualPage(help, 60, { packed: false })).toBe(`DESCRIPTION
    Scores the hypothesis HYP against the reference REF and
    prints one line per recording and one for all, in
    percent.

    DER     diarization error rate
    miss    speaker time that the hypothesis does not have,
            which the reference has

EXAMPLES
    dialab score reference.rttm hypothesis.rttm \\
        --collar 0.5 --json report.json
    dialab score a b
`);
});
