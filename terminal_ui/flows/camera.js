// Scanning with the camera of a device that has no scanner: fetched when somebody asks for it, off when it has read.
import { html, render, useEffect, useRef, useState } from '../core/html.js';
import { offer } from '../core/fetched.js';
import { t } from '../core/texts.js';
import { play } from '../core/tones.js';
import { Button } from '../parts/button.js';

const WIDTH_PX = 960; // what is looked at; more only takes longer

/** Show what the camera sees until it has read a code, or its person goes back. Resolves to the code, or ''. */
function scanByCamera() {
  const place = document.createElement('div');
  document.body.appendChild(place);
  return new Promise((done) => render(html`<${Camera} onDone=${done} />`, place)).then((code) => {
    render(null, place); // switches the camera off
    place.remove();
    return code;
  });
}

function Camera({ onDone }) {
  const video = useRef(null);
  const [fault, setFault] = useState('');
  useEffect(() => {
    const eye = new Eye(video.current, onDone, setFault);
    eye.open();
    return () => eye.close();
  }, []);
  return html`<div class="camera" data-own-focus role="dialog" aria-modal="true" aria-label=${t('camera.title')}>
    <video ref=${video} playsinline muted></video>
    <p class="camera-words" role="status" data-fault=${fault}>${fault ? t('camera.' + fault) : t('camera.title')}</p>
    <${Button} id="camera-back" label=${t('sheet.back')} icon="back" onTap=${() => onDone('')} /></div>`;
}

/** The camera and the reader behind it. One picture at a time: the next is taken when the last was read. */
class Eye {
  constructor(video, onCode, onFault) {
    this.video = video;
    this.onCode = onCode;
    this.onFault = onFault;
    this.closed = false;
    /** @type {Worker | null} */
    this.worker = null;
  }

  async open() {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: 'environment', width: { ideal: 1280 } } });
      this.stream = stream;
      if (this.closed) return this.close();
      this.video.srcObject = stream;
      await this.video.play();
    } catch (/** @type {any} */ error) {
      return this._fail(error.name === 'NotAllowedError' ? 'not_allowed' : 'none');
    }
    this.worker = new Worker('/ui/core/camera_worker.js');
    this.worker.onerror = () => this._fail('too_old');
    this.worker.onmessage = (event) => this._heard(event.data);
    return this._look();
  }

  _fail(fault) {
    this.close();
    this.onFault(fault);
  }

  _heard(told) {
    if (this.closed) return undefined;
    if (told.failed) return this._fail('too_old');
    if (!told.code) return this._look();
    this.close();
    play('step');
    return this.onCode(told.code);
  }

  _look() {
    const video = this.video;
    if (this.closed) return undefined;
    if (!video.videoWidth) return setTimeout(() => this._look(), 50);
    const canvas = document.createElement('canvas');
    canvas.width = Math.min(WIDTH_PX, video.videoWidth);
    canvas.height = Math.round((canvas.width * video.videoHeight) / video.videoWidth);
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    pen.drawImage(video, 0, 0, canvas.width, canvas.height);
    const picture = pen.getImageData(0, 0, canvas.width, canvas.height);
    return this.worker && this.worker.postMessage(picture, [picture.data.buffer]);
  }

  close() {
    this.closed = true;
    if (this.worker) this.worker.terminate();
    if (this.stream) this.stream.getTracks().forEach((track) => track.stop());
    this.video.srcObject = null;
  }
}

offer('camera', () => scanByCamera());
