/** The one redactor: every text that leaves the system, and every line that is kept, passes it first. */
export interface Redactor {
  /** Adds a live secret; texts shorter than 8 characters are refused as meaningless. Returns a function that forgets it. */
  register(secret: string): () => void;
  /** The text with every live secret, in any of its usual encodings, and everything that looks like one replaced. */
  redact(text: string): string;
  /** Whether a live secret (exact or encoded) occurs; used where masking would corrupt, as in a commit. */
  holdsSecret(text: string): boolean;
}

/** What stands where a secret stood. */
export const REDACTED = '[redacted]';

const SECRET_CHARS_MIN = 8;
const PEM_LINE_CHARS_MIN = 32;

/** Second line of defence: the shapes of common credentials. No match can begin inside another, so each is linear. Sources: GitHub, GitLab, OpenAI, AWS and RFC 7519 token formats. */
const PATTERNS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\bgh[pousr]_[A-Za-z0-9_.-]{16,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{20,}/g,
  /\bglpat-[A-Za-z0-9_-]{16,}/g,
  /\bsk-[A-Za-z0-9_-]{20,}/g,
  /(?<![\w-])eyJ[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]{8,4096}/g,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /(?<=:\/\/)[^\s/:@]*:[^\s/@]+(?=@)/g,
];

/**
 * Makes a redactor with no secrets. Exact values are found in these encodings: plain, JSON, URI, hex, and base64
 * (plain and URL-safe) at each of the three byte shifts it can have inside a longer text, plus reversed.
 */
export function createRedactor(): Redactor {
  const live = new Map<string, readonly string[]>();
  let needles: readonly string[] = [];
  const renew = (): void => {
    needles = [...live.values()].flat().toSorted((a, b) => b.length - a.length);
  };
  return {
    register(secret) {
      if (secret.length >= SECRET_CHARS_MIN) live.set(secret, encodings(secret));
      renew();
      return () => {
        live.delete(secret);
        renew();
      };
    },
    redact(text) {
      let clean = text;
      for (const needle of needles) if (clean.includes(needle)) clean = clean.replaceAll(needle, REDACTED);
      for (const pattern of PATTERNS) clean = clean.replace(pattern, REDACTED);
      return clean;
    },
    holdsSecret: (text) => needles.some((needle) => text.includes(needle)),
  };
}

function encodings(secret: string): readonly string[] {
  const lines = secret
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.length >= PEM_LINE_CHARS_MIN);
  const plain = secret.includes('\n') ? [secret, ...lines] : [secret];
  const all = plain.flatMap((value) => {
    const bytes = new TextEncoder().encode(value);
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    const shifted = [0, 1, 2].map((shift) => base64Inside(bytes, shift));
    const urlSafe = shifted.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
    const reversed = [...value].toReversed().join('');
    return [
      value,
      JSON.stringify(value).slice(1, -1),
      encodeURIComponent(value),
      hex,
      hex.toUpperCase(),
      ...shifted,
      ...urlSafe,
      reversed,
    ];
  });
  return [...new Set(all)].filter((text) => text.length >= SECRET_CHARS_MIN);
}

/** The base64 characters that `bytes` fully determines when `shift` foreign bytes stand before them. */
function base64Inside(bytes: Uint8Array, shift: number): string {
  const padded = new Uint8Array(shift + bytes.length);
  padded.set(bytes, shift);
  const encoded = btoa(Array.from(padded, (byte) => String.fromCharCode(byte)).join(''));
  const from = Math.ceil((shift * 8) / 6);
  const to = Math.floor((padded.length * 8) / 6);
  return encoded.slice(from, to);
}
