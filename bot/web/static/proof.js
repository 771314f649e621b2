/* Solves an ALTCHA challenge with the browser's own cryptography. Loaded under load only, before a
   new conversation. The slow part runs outside of the page's thread, so nothing freezes. */
"use strict";

const AT_ONCE = 8;

const bytes = (hex) => Uint8Array.from(hex.match(/../g) || [], (pair) => parseInt(pair, 16));
const hex = (data) => [...new Uint8Array(data)].map((b) => b.toString(16).padStart(2, "0")).join("");

function password(nonce, counter) {
  const whole = new Uint8Array(nonce.length + 4);
  whole.set(nonce);
  new DataView(whole.buffer).setUint32(nonce.length, counter);
  return whole;
}

async function derive(parameters, counter) {
  const secret = password(bytes(parameters.nonce), counter);
  const key = await crypto.subtle.importKey("raw", secret, "PBKDF2", false, ["deriveBits"]);
  const how = {
    name: "PBKDF2",
    hash: "SHA-256",
    salt: bytes(parameters.salt),
    iterations: parameters.cost,
  };
  return hex(await crypto.subtle.deriveBits(how, key, parameters.keyLength * 8));
}

/* Returns the challenge with its solution, as the site wants it in the field "proof". */
export async function solve(challenge) {
  const { parameters } = challenge;
  for (let first = 0; ; first += AT_ONCE) {
    const counters = Array.from({ length: AT_ONCE }, (_, index) => first + index);
    const keys = await Promise.all(counters.map((counter) => derive(parameters, counter)));
    const found = keys.findIndex((key) => key.startsWith(parameters.keyPrefix));
    if (found < 0) continue;
    const solution = { counter: counters[found], derivedKey: keys[found] };
    return btoa(JSON.stringify({ challenge, solution }));
  }
}
