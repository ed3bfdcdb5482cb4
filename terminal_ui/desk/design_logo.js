// A picture from a file as a logo: black and white, and small enough to be kept with a template.
const LONGEST = 9900; // characters of base 64
const WIDEST = 400; // dots: 50 mm at 203 dpi
const BLACK = 140;

/** {text: base 64 of a PNG, width, height}; null for a file that is no picture, or is not small enough even when small. */
export async function toLogo(file) {
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return null;
  for (let wide = Math.min(WIDEST, picture.width); wide >= 40; wide = Math.floor(wide * 0.75)) {
    const canvas = drawn(picture, wide);
    const text = canvas.toDataURL('image/png').split(',')[1];
    if (text.length <= LONGEST) return { text: text, width: canvas.width, height: canvas.height };
  }
  return null;
}

function drawn(picture, wide) {
  const canvas = document.createElement('canvas');
  canvas.width = wide;
  canvas.height = Math.max(1, Math.round((picture.height * wide) / picture.width));
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const dots = pen.getImageData(0, 0, canvas.width, canvas.height);
  for (let at = 0; at < dots.data.length; at += 4) {
    const grey = 0.3 * dots.data[at] + 0.59 * dots.data[at + 1] + 0.11 * dots.data[at + 2];
    dots.data[at] = dots.data[at + 1] = dots.data[at + 2] = grey < BLACK ? 0 : 255;
  }
  pen.putImageData(dots, 0, 0);
  return canvas;
}
