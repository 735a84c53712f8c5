import { defineConfig } from 'vite';
import { budget } from './budget.ts';

export default defineConfig({
  plugins: [budget('judge.html', { js: 120, css: 15 })],
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
