/**
 * The simple commands of a line of shell, joined by `&&`, each as its words without quotes. Where its output goes, `> FILE` at its
 * end, is no word of it.
 *
 * @throws {RangeError} on what a documented command has no need of: pipes, `;`, a quote that stays open.
 */
export function commandWords(text: string): string[][] {
  return text.split(/\s+&&\s+/).map((part) => {
    const words: string[] = [];
    let rest = part.trim().replace(/\s+>\s*[\w./-]+$/, "");
    while (rest !== "") {
      const found = /^(?:'[^']*'|"[^"]*"|[^\s'"|;&<>])+/.exec(rest)?.[0];
      if (found === undefined) throw new RangeError(`"${text}" cannot be read at "${rest}".`);
      words.push(found.replace(/'([^']*)'|"([^"]*)"/g, "$1$2"));
      rest = rest.slice(found.length).trimStart();
    }
    return words;
  });
}
