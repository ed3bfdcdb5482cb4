// Reads labels with other people's programs. One JSON object a line on stdin, in the same order one a line on stdout:
//   {"zpl": "^XA...", "width": 800, "height": 1440, "dpmm": 8}  ->  {"png": "base64"}
//   {"escpos": "base64"}                                        ->  {"width": 576, "dots": "base64, eight to a byte"}
// or {"error": "..."}.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { ready } from "zpl-renderer-js";

const require = createRequire(import.meta.url);
const Parser = require("npos/lib/parser"); // its index would load USB drivers

const { api } = await ready;

async function zpl({ zpl: text, width, height, dpmm }) {
  const labels = await api.zplToBase64MultipleAsync(text, width / dpmm, height / dpmm, dpmm);
  if (labels.length !== 1) throw new Error(`${labels.length} labels`);
  return { png: labels[0] };
}

async function escpos({ escpos: text }) {
  const read = await new Parser().parse(Buffer.from(text, "base64"));
  const pictures = read.entries.filter((entry) => entry.type === "raster");
  if (pictures.length !== 1 || read.entries.length !== 1) throw new Error("not one picture");
  const { data } = pictures[0];
  const row = data.width >> 3;
  const dots = Buffer.alloc(row * data.height);
  for (let y = 0; y < data.height; y++) {
    for (let x = 0; x < data.width; x++) {
      if (!data.getPixel(x, y)) dots[y * row + (x >> 3)] |= 0x80 >> (x & 7);
    }
  }
  return { width: data.width, dots: dots.toString("base64") };
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  let answer;
  try {
    answer = await ("zpl" in asked ? zpl(asked) : escpos(asked));
  } catch (error) {
    answer = { error: String(error?.message ?? error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
