import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A self-made certificate and its key, as PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** Makes a certificate that vouches for itself and for `hosts`, valid for a day. Needs the `openssl` program. */
export async function makeCertificate(hosts: readonly string[]): Promise<Certificate> {
  const names = hosts.map((host) => `DNS:${host}`).join(',');
  const { stdout } = await promisify(execFile)('openssl', [
    ...['req', '-x509', '-nodes', '-days', '1', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
    ...['-subj', '/CN=stand-in', '-addext', `subjectAltName=${names}`, '-keyout', '-', '-out', '-'],
  ]);
  const cert = stdout.slice(stdout.indexOf('-----BEGIN CERTIFICATE-----'));
  return { key: stdout.slice(0, stdout.length - cert.length), cert };
}
