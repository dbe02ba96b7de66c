/**
 * Lets at most `countMax` calls be under way at a time; the others wait in the order in which they came. So that many who want
 * the same small thing at once do not take everything from those who want something else.
 */
export function inTurn(countMax: number): <Result>(call: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = [];
  let free = countMax;
  return async (call) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await call();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
