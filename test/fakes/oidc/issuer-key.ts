import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWK } from 'jose';

/** With what an issuer signs, and what it would take to sign in its name. */
export interface IssuerKey {
  readonly kid: string;
  readonly privateJwk: JWK;
  /** The public key as text: what an algorithm is confused with. */
  readonly publicPem: string;
  /** Signs whatever it is given. */
  sign(
    claims: Record<string, unknown>,
    with_?: { key?: CryptoKey | Uint8Array; header?: Record<string, unknown> },
  ): Promise<string>;
  /** The same without a signature. */
  unsigned(claims: Record<string, unknown>): string;
}

/** A key of somebody else. */
export async function foreignKey(): Promise<CryptoKey> {
  return (await generateKeyPair('RS256')).privateKey;
}

/** Makes the key of an issuer. */
export async function makeIssuerKey(): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const kid = 'the-key';
  return {
    kid,
    privateJwk: { ...(await exportJWK(privateKey)), kid, alg: 'RS256', use: 'sig' },
    publicPem: await exportSPKI(publicKey),
    sign: (claims, { key = privateKey, header = {} } = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid, ...header }).sign(key),
    unsigned: (claims) => new UnsecuredJWT(claims).encode(),
  };
}
