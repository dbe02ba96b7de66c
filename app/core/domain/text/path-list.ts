const PATHS_SHOWN_MAX = 30;

/** Paths in a sentence, each in code; of many the first 30 and how many more there are. */
export function pathList(paths: readonly string[]): string {
  const shown = paths.slice(0, PATHS_SHOWN_MAX).map((path) => `\`${path.replaceAll('`', "'")}\``);
  const more = paths.length > shown.length ? ` and ${paths.length - shown.length} more` : '';
  return `${shown.join(', ')}${more}`;
}
