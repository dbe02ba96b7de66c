/** Header values by lower-case name; a list where one was sent several times. */
type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The value of a header that was sent once; empty when it was not sent or is ambiguous. */
export function oneHeader(headers: Headers, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}
