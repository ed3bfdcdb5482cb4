// Random UUIDs without crypto.randomUUID, which old browsers and plain http:// pages lack.

/**
 * A version 4 UUID from 16 random bytes.
 * @param {ArrayLike<number>} bytes
 */
export function formatUuid(bytes) {
  const b = Array.from(bytes);
  b[6] = (b[6] & 0x0f) | 0x40;
  b[8] = (b[8] & 0x3f) | 0x80;
  const hex = b.map((byte) => (byte + 0x100).toString(16).slice(1)).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** A new command id. */
export function uuid4() {
  return formatUuid(crypto.getRandomValues(new Uint8Array(16)));
}
