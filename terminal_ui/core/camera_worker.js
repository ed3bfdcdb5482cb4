// Reads barcodes from pictures, beside the page: only here may WebAssembly be made (wms/app.py, the policy of this file).
/* global ZXingWASM, importScripts, onmessage, postMessage, TextDecoder */
importScripts('/ui/vendor/zxing.js');

ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => '/ui/vendor/zxing_reader.wasm' } });

onmessage = (event) => {
  ZXingWASM.readBarcodes(event.data, { tryHarder: true, maxNumberOfSymbols: 1 }).then(
    // The bytes, because the text shows the parts of a GS1 label in brackets.
    (/** @type {{ bytes: Uint8Array }[]} */ found) => postMessage({ code: found.length ? new TextDecoder().decode(found[0].bytes) : '' }),
    (/** @type {unknown} */ error) => postMessage({ failed: String(error) }),
  );
};
