import { defineConfig, type Plugin } from 'vite';
import { budget, routes } from './budget.ts';

/** Every browser of the target reads woff2: the other copies of KaTeX's fonts are left out. */
const woff2: Plugin = {
  name: 'woff2',
  enforce: 'pre',
  transform: (code, id) =>
    id.includes('/katex/') && id.endsWith('.css') ? code.replace(/,\s*url\([^)]*\.(woff|ttf)\)\s*format\([^)]*\)/g, '') : undefined,
};

export default defineConfig({
  base: './',
  plugins: [
    woff2,
    budget('judge.html', { js: 90, css: 6, lazyJs: 115, lazyCss: 6 }),
    routes('console.html', 250, { 'reports/Report.tsx': 350 }),
  ],
  // The raters' page has no addresses below it, so its own are relative: the service may live under a path.
  experimental: {
    renderBuiltUrl: (name, { hostId, hostType }) => (hostType === 'html' && hostId === 'console.html' ? `/${name}` : { relative: true }),
  },
  build: {
    outDir: '../Api/wwwroot',
    emptyOutDir: true,
    target: 'es2022',
    // The browsers of the target preload modules by themselves; the policy of the pages forbids inline scripts and data: fonts.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      input: ['judge.html', 'console.html'],
      // Libraries mark their files 'use client', which means nothing here.
      onLog: (level, log, standard) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && standard(level, log),
    },
  },
});
