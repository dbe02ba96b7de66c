import { useSyncExternalStore } from 'react';

/** What somebody chose; `system` follows the machine. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** The same place that public/theme.js reads before the first paint. */
const PLACE = 'astraforge-theme';
const darkMachine = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

function chosenTheme(): Theme {
  const chosen = readPlace();
  return THEMES.find((theme) => theme === chosen) ?? 'system';
}

/** Null as well where the browser lets nobody store anything. */
function readPlace(): string | null {
  try {
    return localStorage.getItem(PLACE);
  } catch {
    return null;
  }
}

function apply(): void {
  const theme = chosenTheme();
  document.documentElement.classList.toggle('dark', theme === 'dark' || (theme === 'system' && darkMachine.matches));
  for (const listener of listeners) listener();
}

darkMachine.addEventListener('change', apply);

/** Chooses a theme, for this browser and until another is chosen; where nothing can be stored, nothing changes. */
export function chooseTheme(theme: Theme): void {
  try {
    if (theme === 'system') localStorage.removeItem(PLACE);
    else localStorage.setItem(PLACE, theme);
  } catch {
    return;
  }
  apply();
}

/** The chosen theme. */
export function useTheme(): Theme {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, chosenTheme);
}
