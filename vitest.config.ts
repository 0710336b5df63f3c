// Tests run against the build: closures are captured from code as Node runs it, not as a bundler rewrites it.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const dist = process.env.TSPARK_DIST ?? 'dist';

export default defineConfig({
  resolve: {
    alias: [{ find: /^#dist\//, replacement: fileURLToPath(new URL(`./${dist}/`, import.meta.url)) }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    server: { deps: { external: [/\/dist[^/]*\//] } },
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
