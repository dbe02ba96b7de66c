// Runs before the first paint and before any module; src/foundation/theme.ts goes on from here.
(function setTheme() {
  let chosen;
  try {
    chosen = localStorage.getItem('astraforge-theme');
  } catch {
    chosen = null;
  }
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.classList.toggle('dark', dark);
})();
