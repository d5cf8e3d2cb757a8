import { Buffer } from "node:buffer";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const BLOCK = 512;

/**
 * A folder as the file that npm's registry gives: a tar (POSIX ustar) of `package/...`, gzipped. Packages inside it are left out.
 *
 * @param keeps Whether a file is taken, by its path in the folder.
 */
export function packFolder(folder: string, keeps: (path: string) => boolean = () => true): Buffer {
  const blocks: Buffer[] = [];
  const visit = (path: string) => {
    for (const name of readdirSync(join(folder, path)).sort()) {
      const inside = path === "" ? name : `${path}/${name}`;
      const status = statSync(join(folder, inside));
      if (status.isDirectory()) {
        if (name !== "node_modules") visit(inside);
      } else if (status.isFile() && keeps(inside)) {
        const content = readFileSync(join(folder, inside));
        const rest = (BLOCK - content.length % BLOCK) % BLOCK;
        blocks.push(header(`package/${inside}`, content.length, status.mode), content, Buffer.alloc(rest));
      }
    }
  };
  visit("");
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]), { level: 1 });
}

function header(path: string, size: number, mode: number): Buffer {
  // A long path is divided at a slash: up to 155 bytes before it, up to 100 behind it.
  const cut = path.length <= 100 ? -1 : path.indexOf("/", path.length - 101);
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, "0")}\0`;
  block.write(path.slice(cut + 1), 0);
  block.write(octal(mode & 0o777, 7), 100);
  block.write(octal(0, 7) + octal(0, 7), 108);
  block.write(octal(size, 11) + octal(0, 11), 124);
  block.write(" ".repeat(8), 148);
  block.write("0", 156);
  block.write("ustar\0" + "00", 257);
  if (cut > 0) block.write(path.slice(0, cut), 345);
  block.write(octal(block.reduce((sum, byte) => sum + byte, 0), 6) + " ", 148);
  return block;
}
