// Names that nobody else has. Pages without HTTPS, and Node 18, have no `crypto.randomUUID`.

export const newKey = () => globalThis.crypto?.randomUUID?.() ??
  Array.from({ length: 3 }, () => Math.random().toString(36).slice(2)).join('-');
