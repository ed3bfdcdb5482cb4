// A picture taken with the device's camera, made small enough to be sent from the dock.
import { html } from '../core/html.js';
import { Icon } from '../core/icons.js';

const LONGEST_PX = 1600;
const QUALITY = 0.72;

/** A button that opens the camera. `onPhoto(blob)` gets a JPEG, or null when the picture cannot be read. */
export function PhotoButton({ id, label, onPhoto }) {
  const taken = (event) => {
    const file = event.target.files[0];
    event.target.value = '';
    if (file) smaller(file).then(onPhoto, () => onPhoto(null));
  };
  return html`<label class="button photo-button" id=${id}><${Icon} name="camera" /><span>${label}</span>
    <input type="file" class="unseen" accept="image/*" capture="environment" onChange=${taken} /></label>`;
}

function smaller(file) {
  const url = URL.createObjectURL(file);
  return new Promise((done, failed) => {
    const image = new Image();
    image.onload = () => done(image);
    image.onerror = failed;
    image.src = url;
  }).then(drawn).finally(() => URL.revokeObjectURL(url));
}

function drawn(image) {
  const shrink = Math.min(1, LONGEST_PX / Math.max(image.naturalWidth, image.naturalHeight));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(image.naturalWidth * shrink);
  canvas.height = Math.round(image.naturalHeight * shrink);
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, 'image/jpeg', QUALITY));
}

/** Send a picture to `path`; says whether it arrived. */
export async function sendPhoto(token, path, blob) {
  const answer = await fetch(path, {
    method: 'POST', body: blob, headers: { Authorization: 'Bearer ' + token, 'Content-Type': 'image/jpeg' },
  });
  return answer.ok;
}

/** Show a picture in a page of its own: an image tag cannot show who asks. */
export async function showPhoto(token, path) {
  const page = window.open('', '_blank'); // at once, or the browser takes it for an advertisement
  const answer = await fetch(path, { headers: { Authorization: 'Bearer ' + token } });
  if (answer.ok && page) page.location.href = URL.createObjectURL(await answer.blob());
  else if (page) page.close();
}
