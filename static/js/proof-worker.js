// Tries numbers until SHA-256 of the salt and the number is the challenge. Written out, because the browser's own answers
// each question so late that a slow telephone would need minutes, and answers none on a page without TLS.

const K = Uint32Array.from({ length: 64 }, (_, n) => fraction(Math.cbrt(prime(n))));
const H = Uint32Array.from({ length: 8 }, (_, n) => fraction(Math.sqrt(prime(n))));
const EVERY = 2000;

function prime(n) {
  for (let candidate = 2; ; candidate++) {
    let divisor = 2;
    while (candidate % divisor) divisor++;
    if (divisor === candidate && !n--) return candidate;
  }
}

function fraction(root) {
  return ((root % 1) * 2 ** 32) | 0;
}

const w = new Uint32Array(64);
const turned = (x, by) => (x >>> by) | (x << (32 - by));

function sha256(bytes) {
  const length = bytes.length;
  const padded = new Uint8Array(((length + 72) >> 6) << 6);
  padded.set(bytes);
  padded[length] = 0x80;
  const words = new DataView(padded.buffer);
  words.setUint32(padded.length - 4, length * 8);
  const hash = H.slice();
  for (let at = 0; at < padded.length; at += 64) {
    for (let n = 0; n < 16; n++) w[n] = words.getUint32(at + 4 * n);
    for (let n = 16; n < 64; n++) {
      const x = w[n - 15];
      const y = w[n - 2];
      w[n] = w[n - 16] + w[n - 7] + (turned(x, 7) ^ turned(x, 18) ^ (x >>> 3)) + (turned(y, 17) ^ turned(y, 19) ^ (y >>> 10));
    }
    let [a, b, c, d, e, f, g, h] = hash;
    for (let n = 0; n < 64; n++) {
      const one = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + K[n] + w[n]) | 0;
      const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + one) | 0;
      d = c;
      c = b;
      b = a;
      a = (one + two) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((value, n) => (hash[n] += value));
  }
  return hash;
}

function solve({ salt, challenge, maxnumber }) {
  const wanted = Uint32Array.from(challenge.match(/.{8}/g), (part) => parseInt(part, 16));
  const text = new TextEncoder();
  for (let number = 0; number <= maxnumber; number++) {
    if (sha256(text.encode(salt + number)).every((part, n) => part === wanted[n])) return number;
    if (number % EVERY === 0) postMessage({ tried: number });
  }
  return null;
}

addEventListener("message", ({ data }) => postMessage({ number: solve(data) }));
