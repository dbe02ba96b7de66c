import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { chooseTheme, THEMES } from '@/lib/theme.ts';

/** Name of the event by which a key reaches the page that is open; its detail is the key. */
const KEY_EVENT = 'astraforge-key';

const PAGES = { o: '/', r: '/runs', m: '/changes', i: '/incidents', s: '/sessions' } as const;
/** How long `g` waits for the letter after it. */
const CHORD_MS = 1_200;

/** Whether a key was typed into something, or means something to the browser. */
function isTyping(event: KeyboardEvent): boolean {
  const { target } = event;
  const field =
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
  return field || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]') !== null;
}

/** The page's own search comes after the one of the shell; the last that can be seen is meant. */
function focusSearch(): boolean {
  const fields = [...document.querySelectorAll<HTMLInputElement>('input[type=search]')];
  const field = fields.findLast(({ offsetParent }) => offsetParent !== null);
  field?.focus();
  field?.select();
  return field !== undefined;
}

function nextTheme(): void {
  const dark = document.documentElement.classList.contains('dark');
  chooseTheme(dark ? THEMES[1] : THEMES[2]);
}

/** Single keys, wherever the focus is but in a field. */
export function useShortcuts(onHelp: () => void): void {
  const navigate = useNavigate();
  useEffect(() => {
    let goSince = 0;
    const hear = (event: KeyboardEvent): void => {
      if (isTyping(event)) return;
      const isChord = Date.now() - goSince < CHORD_MS;
      goSince = 0;
      const page = Object.entries(PAGES).find(([key]) => key === event.key)?.[1];
      if (isChord && page !== undefined) return void navigate({ to: page });
      if (event.key === 'g') goSince = Date.now();
      else if (event.key === '?') onHelp();
      else if (event.key === 't') nextTheme();
      else if (event.key === '/' && focusSearch()) event.preventDefault();
      else dispatchEvent(new CustomEvent(KEY_EVENT, { detail: event.key }));
    };
    addEventListener('keydown', hear);
    return () => removeEventListener('keydown', hear);
  }, [navigate, onHelp]);
}

/** Calls `act` with each single key that the shell does not use itself. */
export function usePageKeys(act: (key: string) => void): void {
  useEffect(() => {
    const hear = (event: Event): void => {
      if (event instanceof CustomEvent && typeof event.detail === 'string') act(event.detail);
    };
    addEventListener(KEY_EVENT, hear);
    return () => removeEventListener(KEY_EVENT, hear);
  }, [act]);
}
