const LINE_CHARACTERS_MAX = 2_000;

/** Takes bytes of one stream and gives whole lines. */
export interface LineSplitter {
  write(chunk: Uint8Array): void;
  /** Gives what is left without a line end. */
  end(): void;
}

/**
 * Splits output into lines of at most 2,000 characters; the rest of a longer one is dropped. Of a line that was written
 * over with carriage returns, as progress bars do, only the last state counts. Empty lines are left out.
 */
export function splitLines(onLine: (line: string) => void): LineSplitter {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let line = '';
  const take = (text: string): void => {
    const shown = line + text;
    const restart = shown.replace(/\r+$/, '').lastIndexOf('\r');
    line = (restart < 0 ? shown : shown.slice(restart + 1)).slice(0, LINE_CHARACTERS_MAX);
  };
  const finish = (): void => {
    const whole = line.replace(/\r+$/, '');
    line = '';
    if (whole !== '') onLine(whole);
  };
  return {
    write(chunk) {
      const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n');
      take(first);
      for (const next of others) {
        finish();
        take(next);
      }
    },
    end() {
      take(decoder.decode());
      finish();
    },
  };
}
