const PLACE = 'astraforge-renewed-at';
/** A page that was just opened anew and still misses a part is not helped by opening it again. */
const ONCE_MS = 60_000;

/**
 * Opens the page anew when a part of it cannot be fetched: after an update of the server, parts of the old page are there no
 * more (https://vite.dev/guide/build#load-error-handling).
 */
export function renewWhenOutdated(): void {
  addEventListener('vite:preloadError', () => {
    try {
      if (Date.now() - Number(sessionStorage.getItem(PLACE)) < ONCE_MS) return;
      sessionStorage.setItem(PLACE, String(Date.now()));
    } catch {
      return;
    }
    location.reload();
  });
}
