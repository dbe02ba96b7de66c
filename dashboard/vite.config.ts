import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const source = (folder: string): string => fileURLToPath(new URL(`./src/${folder}`, import.meta.url));

const decoder = fileURLToPath(import.meta.resolve('decode-named-character-reference'));

/** Where `npm start` serves the API, for `npx vite dashboard`, which shows a change at once. */
const API = process.env['ASTRAFORGE_URL'] ?? 'http://localhost:3000';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react(), tailwindcss()],
  // The names that shadcn/ui knows; what it calls `lib` is our `foundation` (docs/decisions/0019-a-dashboard-that-only-reads.md).
  resolve: {
    alias: [
      { find: /^@\/lib\//, replacement: `${source('foundation')}/` },
      { find: /^@\//, replacement: source('') },
      // For browsers it decodes by innerHTML, which the policy of the page forbids; what Node gets decodes by a table.
      { find: /^decode-named-character-reference$/, replacement: decoder },
    ],
  },
  build: {
    target: 'es2023',
    // Nothing inline: the policy that the page is served with allows no `data:` font or style.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { '/api': API, '/auth': API } },
});
