import { defineConfig } from '@hey-api/openapi-ts';

/** The typed client of the API, made from the description that the API gives of itself. Never committed. */
export default defineConfig({
  input: 'dashboard/src/generated/openapi.json',
  output: { path: 'dashboard/src/generated/client', module: { extension: '.ts' } },
  plugins: ['@hey-api/typescript', '@hey-api/sdk', { name: '@hey-api/client-fetch', throwOnError: true }],
  logs: { level: 'error', file: false },
});
