/** A browser as far as signing in goes: it keeps cookies per host and follows redirects when told. */
export interface Browser {
  /** Cookies of the application, by name; tests may plant some. */
  readonly cookies: Map<string, string>;
  /** One call, following nothing. */
  call(url: string, init?: RequestInit): Promise<Response>;
  /** A person clicks: redirects are followed, to the last page. `until`: stops before an address that matches. */
  go(url: string, until?: RegExp): Promise<{ url: string; answer: Response; text: string }>;
}

const REDIRECTS_MAX = 12;

/** Opens one. The application, which believes to be at `publicUrl`, really is at `at`. */
export function openBrowser({ publicUrl, at }: { publicUrl: string; at: string }): Browser {
  const jars = new Map<string, Map<string, string>>();
  const jarOf = (url: string): Map<string, string> => {
    const { origin } = new URL(url);
    const jar = jars.get(origin) ?? new Map<string, string>();
    jars.set(origin, jar);
    return jar;
  };
  const call: Browser['call'] = async (url, init = {}) => {
    const jar = jarOf(url);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...(cookie === '' ? {} : { cookie }), ...Object.fromEntries(new Headers(init.headers)) };
    const answer = await fetch(url.replace(publicUrl, at), { ...init, headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  };
  return {
    cookies: jarOf(publicUrl),
    call,
    async go(url, until) {
      let here = url;
      for (let hop = 0; hop < REDIRECTS_MAX; hop += 1) {
        const answer = await call(here);
        const next = answer.headers.get('location');
        if (next === null) return { url: here, answer, text: await answer.text() };
        here = new URL(next, here).href;
        if (until?.test(here)) return { url: here, answer, text: '' };
      }
      throw new Error(`no end of redirects: ${here}`);
    },
  };
}
