/**
 * Bytes in memory of their own: themselves where it holds nothing else, a copy otherwise.
 *
 * Node takes small buffers from a pool. What is decoded in place there would show a stage, all around its own bytes, what others
 * have left behind.
 */
export const ownBytes = (bytes: Buffer): Buffer =>
  bytes.byteLength === bytes.buffer.byteLength ? bytes : Buffer.from(new Uint8Array(bytes).buffer)
